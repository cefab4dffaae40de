"""Deleting tickets with all that hangs on them, in one transaction. What stays is that there was one: its number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from common import outbox
from common.contracts.tickets import TicketDeleted
from common.db import Db
from common.erasing import erase_mentions, erase_said
from common.ids import new_id
from common.outbox import Saying
from common.plumbing import timer
from ticket_svc.attachments.tables import attachment
from ticket_svc.incidents.tables import broadcast, delivery, incident, report
from ticket_svc.merging.tables import ticket_merge, ticket_merge_message
from ticket_svc.messages.tables import message_version
from ticket_svc.rights.tables import deletion, legal_hold, tombstone
from ticket_svc.rights.together import Deletes, Member, may_go
from ticket_svc.rules.tables import rule, rule_run
from ticket_svc.search.tables import ticket_words
from ticket_svc.tickets.erased_id import erased_id
from ticket_svc.tickets.tables import follower, message, ticket, ticket_link
from ticket_svc.trail.tables import ticket_event
from ticket_svc.writing.tables import draft

_IDS = sa.bindparam("ids", type_=ARRAY(sa.Uuid))
_MESSAGES = sa.bindparam("messages", type_=ARRAY(sa.Uuid))
_FAMILY = sa.text(
    """
    WITH RECURSIVE family AS (
      SELECT id AS root, id FROM unnest(CAST(:ids AS uuid[])) AS id
      UNION SELECT family.root, ticket.id FROM family JOIN ticket ON ticket.merged_into_id = family.id)
    SELECT root, id FROM family ORDER BY root, id
    """
).bindparams(_IDS)
# FOR UPDATE: nothing may begin to refer to them. Whatever somebody else is at waits for the next round, not we for it.
_LOCK = (
    sa.select(
        ticket,
        sa.exists().where(legal_hold.c.customer_id == ticket.c.customer_id).label("is_held"),
        sa.func.array(
            sa.select(report.c.ticket_id)
            .where(report.c.incident_id == ticket.c.id, report.c.state == "member")
            .scalar_subquery()
        ).label("reports"),
    )
    .where(ticket.c.id == sa.any_(_IDS))
    .order_by(ticket.c.id)
    .with_for_update(of=ticket, skip_locked=True)
)
_MESSAGE_IDS = sa.select(message.c.id).where(message.c.ticket_id == sa.any_(_IDS))
_OF_INCIDENT = sa.select(broadcast.c.id).where(broadcast.c.incident_id == sa.any_(_IDS))
_MERGES = sa.select(ticket_merge.c.id).where(
    sa.or_(ticket_merge.c.source_id == sa.any_(_IDS), ticket_merge.c.target_id == sa.any_(_IDS))
)
# What refers to something goes before it.
_DELETE: dict[str, sa.Delete] = {
    "rule_runs": sa.delete(rule_run).where(rule_run.c.ticket_id == sa.any_(_IDS)),
    "told": sa.delete(delivery).where(
        sa.or_(delivery.c.ticket_id == sa.any_(_IDS), delivery.c.broadcast_id.in_(_OF_INCIDENT))
    ),
    "broadcasts": sa.delete(broadcast).where(broadcast.c.incident_id == sa.any_(_IDS)),
    "reports": sa.delete(report).where(
        sa.or_(report.c.ticket_id == sa.any_(_IDS), report.c.incident_id == sa.any_(_IDS))
    ),
    "incidents": sa.delete(incident).where(incident.c.id == sa.any_(_IDS)),
    "links": sa.delete(ticket_link).where(
        sa.or_(ticket_link.c.from_id == sa.any_(_IDS), ticket_link.c.to_id == sa.any_(_IDS))
    ),
    "drafts": sa.delete(draft).where(draft.c.ticket_id == sa.any_(_IDS)),
    "followers": sa.delete(follower).where(follower.c.ticket_id == sa.any_(_IDS)),
    "words": sa.delete(ticket_words).where(ticket_words.c.ticket_id == sa.any_(_IDS)),
    # Also where a message came by a merge that was undone, or that was split since: the other tickets may stay.
    "moved_messages": sa.delete(ticket_merge_message).where(
        sa.or_(ticket_merge_message.c.message_id == sa.any_(_MESSAGES), ticket_merge_message.c.merge_id.in_(_MERGES))
    ),
    "merges": sa.delete(ticket_merge).where(ticket_merge.c.id.in_(_MERGES)),
    "versions": sa.delete(message_version).where(message_version.c.message_id == sa.any_(_MESSAGES)),
    # Their pieces go with them.
    "files": sa.delete(attachment).where(attachment.c.message_id == sa.any_(_MESSAGES)),
    "messages": sa.delete(message).where(message.c.id == sa.any_(_MESSAGES)),
    "steps": sa.delete(ticket_event).where(ticket_event.c.ticket_id == sa.any_(_IDS)),
    "tickets": sa.delete(ticket).where(ticket.c.id == sa.any_(_IDS)),
}
_RULES = sa.select(rule.c.id)
_TIMERS = sa.select(timer.c.id).where(timer.c.subject_id == sa.any_(_IDS)).order_by(timer.c.id)
_CANCEL = sa.delete(timer).where(timer.c.subject_id == sa.any_(_IDS))
_RECEIPT = sa.insert(deletion)
_STONES = sa.insert(tombstone)


@dataclass(frozen=True, slots=True)
class Because:
    """The retention that tickets are deleted for."""

    type_key: str
    days: int


async def delete_families(
    db: Db, roots: Sequence[UUID], because: Because, deletes: Mapping[str, Deletes], now: datetime
) -> int:
    """Delete those of these tickets, with all that were merged into them, that may go now; how many went."""
    families = await _families(db, roots)
    ids = sorted({one for family in families.values() for one in family})
    rows = {row.id: row for row in (await db.execute(_LOCK, {"ids": ids})).all()}
    # One may have been merged into another, or written to, since it was found; so a family is asked for once more.
    after = await _families(db, roots)
    go = [
        rows[one]
        for root, family in after.items()
        if families[root] == family
        and all(one in rows for one in family)
        and rows[root].merged_into_id is None
        and may_go([_member(rows[one], family) for one in family], deletes, now)
        for one in family
    ]
    if go:
        await _delete(db, go, because, now)
    return len(go)


async def _families(db: Db, roots: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = {root: [] for root in roots}
    for row in (await db.execute(_FAMILY, {"ids": list(roots)})).all():
        found[row.root].append(row.id)
    return found


def _member(row: Any, family: Sequence[UUID]) -> Member:
    others = bool(set(row.reports) - set(family))
    return Member(row.type, row.status, row.updated_at, is_held=row.is_held, reported_by_others=others)


async def _delete(db: Db, rows: Sequence[Any], because: Because, now: datetime) -> None:
    ids = [row.id for row in rows]
    messages = list((await db.execute(_MESSAGE_IDS, {"ids": ids})).scalars())
    await _cancel_timers(db, ids)
    given = {"ids": ids, "messages": messages}
    counts = {kind: (await db.execute(statement, given)).rowcount for kind, statement in _DELETE.items()}
    await erase_said(db, ids)
    counts |= await erase_mentions(db, [*ids, *messages])
    deletion_id = new_id()
    receipt = {"id": deletion_id, "type_key": because.type_key, "days": because.days, "deleted_at": now}
    counted = {kind: count for kind, count in counts.items() if count}
    await db.execute(_RECEIPT, {**receipt, "tickets": len(ids), "counts": counted})
    await db.execute(_STONES, [_stone(row, deletion_id) for row in rows])
    sayings = [Saying(_deleted(row, deletion_id, now), row.id, row.version + 1) for row in rows]
    await outbox.say_many(db, sayings, now=now)


async def _cancel_timers(db: Db, ids: Sequence[UUID]) -> None:
    """Those of the tickets, of what is told to reports, of rules. Whoever is at one makes us try again later."""
    rules = (await db.execute(_RULES)).scalars().all()
    broadcasts = (await db.execute(_OF_INCIDENT, {"ids": list(ids)})).scalars().all()
    given = {"ids": [*ids, *broadcasts, *(uuid5(one, str(ticket_id)) for one in rules for ticket_id in ids)]}
    await db.execute(_TIMERS.with_for_update(nowait=True), given)
    await db.execute(_CANCEL, given)


def _stone(row: Any, deletion_id: UUID) -> dict[str, Any]:
    known = row.external_id
    if known is not None and row.erased_at is None:
        known = erased_id(known)
    return {"ticket_id": row.id, "number": row.number, "external_print": known, "deletion_id": deletion_id}


def _deleted(row: Any, deletion_id: UUID, now: datetime) -> TicketDeleted:
    return TicketDeleted(
        ticket_id=row.id, number=row.number, customer_id=row.customer_id, deletion_id=deletion_id, deleted_at=now
    )
