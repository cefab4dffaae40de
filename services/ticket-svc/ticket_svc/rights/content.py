"""Erasing what was said in tickets that are locked, in every copy that ticket-svc has. The figures stay."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from common.contracts.tickets import TicketClosed, TicketErased
from common.db import Db
from common.erasing import erase_said
from common.timers import cancel_timers
from ticket_svc.attachments.tables import attachment
from ticket_svc.fields.definitions import Field
from ticket_svc.incidents.tables import broadcast, incident
from ticket_svc.messages.tables import message_version
from ticket_svc.rights.said import said_in
from ticket_svc.rights.stays import fields_stay, step_stays
from ticket_svc.search.index import index_tickets
from ticket_svc.tickets import clocks
from ticket_svc.tickets.change import Change, write_all
from ticket_svc.tickets.close import AUTO_CLOSE_TIMER, NOTICE_TIMER
from ticket_svc.tickets.erased_id import erased_id
from ticket_svc.tickets.snooze import WAKE_TIMER
from ticket_svc.tickets.tables import message
from ticket_svc.trail.tables import ticket_event
from ticket_svc.trail.write import Doer
from ticket_svc.writing.hide import HIDDEN
from ticket_svc.writing.tables import draft

_TIMERS = (*clocks.KINDS.values(), AUTO_CLOSE_TIMER, NOTICE_TIMER, WAKE_TIMER)


@dataclass(frozen=True, slots=True)
class Because:
    """Why content goes, and of whom."""

    why: Literal["erasure", "retention"]
    person: Collection[UUID]
    called: str
    """What stands for the customer's name."""
    erasure_id: UUID | None = None


_IDS = sa.bindparam("ids", type_=ARRAY(sa.Uuid))
_HIDE = (
    sa.update(message)
    .where(message.c.id == sa.any_(_IDS))
    .values(
        text=HIDDEN,
        html=None,
        attachments=[],
        author_name=sa.case(
            (message.c.author_kind == "customer", sa.bindparam("called", type_=sa.Text)), else_=message.c.author_name
        ),
        redacted_at=sa.bindparam("at"),
    )
)
_COPIES: dict[str, Any] = {
    "versions": sa.update(message_version)
    .where(message_version.c.message_id == sa.any_(_IDS))
    .values(
        text=HIDDEN,
        html=None,
        reason=None,
        actor_name=sa.case((message_version.c.actor_kind == "customer", HIDDEN), else_=message_version.c.actor_name),
    ),
    # Their pieces go with them.
    "files": sa.delete(attachment).where(attachment.c.message_id == sa.any_(_IDS)),
}
_OF_TICKETS: dict[str, Any] = {
    "drafts": sa.delete(draft).where(draft.c.ticket_id == sa.any_(_IDS)),
    "incidents": sa.update(incident).where(incident.c.id == sa.any_(_IDS)).values(text=HIDDEN, state="resolved"),
    "broadcasts": sa.update(broadcast)
    .where(broadcast.c.incident_id == sa.any_(_IDS), broadcast.c.text.is_not(None))
    .values(text=HIDDEN),
}
_STEPS = sa.select(ticket_event.c.ticket_id, ticket_event.c.position, ticket_event.c.data).where(
    ticket_event.c.ticket_id == sa.any_(_IDS)
)
_CUT_STEPS = sa.text(
    """
    UPDATE ticket_event AS step SET data = cut.data
    FROM jsonb_to_recordset(:steps) AS cut(ticket_id uuid, position bigint, data jsonb)
    WHERE step.ticket_id = cut.ticket_id AND step.position = cut.position
    """
).bindparams(sa.bindparam("steps", type_=JSONB))
_NAMES = (
    sa.update(ticket_event)
    .where(ticket_event.c.ticket_id == sa.any_(_IDS), ticket_event.c.actor_kind == "customer")
    .values(actor_name=sa.bindparam("called", type_=sa.Text))
)


async def erase_content(
    db: Db, changes: Sequence[Change], because: Because, *, fields: Mapping[str, Field], by: Doer, now: datetime
) -> dict[str, int]:
    """Erase what was said in these tickets, which are locked, and close those that are not; how many rows of which."""
    ids = [change.id for change in changes]
    found = await said_in(db, ids, because.person)
    of = {"ids": list({row.id for row in found})}
    await db.execute(_HIDE, {**of, "called": because.called, "at": now})
    counts = {"messages": len(of["ids"])}
    for given, statements in ((of, _COPIES), ({"ids": ids}, _OF_TICKETS)):
        for kind, statement in statements.items():
            counts[kind] = await _count(db, statement, given)
    counts["steps"] = await cut_steps(db, ids)
    await db.execute(_NAMES, {"ids": ids, "called": because.called})
    # What was said of them before; what is said from here on has no texts.
    await erase_said(db, ids)
    for change in changes:
        await _erase_one(db, change, because, fields, now)
    await write_all(db, changes, by=by, now=now)
    await index_tickets(db, [*ids, *(row.stands_in for row in found)])
    return {kind: count for kind, count in counts.items() if count}


async def cut_steps(db: Db, ticket_ids: Sequence[UUID]) -> int:
    """Take out of these trails what must not stay; of how many steps."""
    rows = (await db.execute(_STEPS, {"ids": list(ticket_ids)})).all()
    cut = [
        {"ticket_id": row.ticket_id, "position": row.position, "data": after}
        for row in rows
        if (after := step_stays(row.data)) != row.data
    ]
    if cut:
        await db.execute(_CUT_STEPS, {"steps": cut})
    return len(cut)


async def _count(db: Db, statement: Any, given: Mapping[str, Any]) -> int:
    gone = statement.returning(sa.literal(1)).cte("gone")
    return int((await db.execute(sa.select(sa.func.count()).select_from(gone), given)).scalar_one())


async def _erase_one(db: Db, change: Change, because: Because, fields: Mapping[str, Field], now: datetime) -> None:
    external_id = change["external_id"]
    change.set(
        subject=HIDDEN,
        fields=fields_stay(change["fields"], fields),
        external_id=erased_id(external_id) if external_id else None,
        erased_at=now,
        snoozed_at=None,
        snoozed_until=None,
        status="closed",
        custom_status_id=change["custom_status_id"] if change["status"] == "closed" else None,
    )
    if change.row["status"] != "closed":
        await cancel_timers(db, change.id, *_TIMERS)
        change.say(TicketClosed(ticket_id=change.id))
    event = TicketErased(
        ticket_id=change.id,
        number=change["number"],
        customer_id=change["customer_id"],
        why=because.why,
        erasure_id=because.erasure_id,
        erased_at=now,
    )
    change.say(event, {"why": because.why, "erasure_id": because.erasure_id})
