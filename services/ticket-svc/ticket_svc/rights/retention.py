"""How long tickets of a type are kept once they are closed; then their content goes, or they go themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from common.db import Db, ReadDb
from common.erasing import erase_mentions
from common.http.identity import Caller
from common.timers import Due, Timer, set_timers
from ticket_svc.audit.note import note
from ticket_svc.customers.provenance import brought_by
from ticket_svc.fields.known import load
from ticket_svc.fields.read import one_type
from ticket_svc.rights import delete
from ticket_svc.rights.content import Because, erase_content
from ticket_svc.rights.schemas import NewRetention, RetentionView
from ticket_svc.rights.tables import legal_hold, ticket_retention
from ticket_svc.rights.together import Deletes
from ticket_svc.tickets.change import begin_free
from ticket_svc.tickets.tables import ticket
from ticket_svc.trail.schemas import Actor
from ticket_svc.trail.write import Doer
from ticket_svc.writing.hide import HIDDEN

RETENTION_TIMER = "ticket.retention"
GRACE = timedelta(hours=24)
"""After a change nothing goes for so long: a slip of the pen can be taken back."""

AT_ONCE = 50
COUNTED = 10_000
"""Tickets that are counted at most when somebody asks what would go."""

_EVERY = timedelta(hours=1)
_BUSY = timedelta(seconds=1)
_SWEEP = UUID("6b656675-0000-7000-8000-00726574656e")
"""What the one timer is about: all types."""
_BY = Doer("system", None, "retention")

_insert = insert(ticket_retention)
_SET = _insert.on_conflict_do_update(
    index_elements=["type_key"],
    set_={name: _insert.excluded[name] for name in ("days", "then_what", "set_at", "by_kind", "by_id", "by_name")},
)
_ONE = sa.select(ticket_retention).where(ticket_retention.c.type_key == sa.bindparam("of_type"))
_STANDING = sa.select(ticket_retention).where(ticket_retention.c.days.is_not(None))


def _due(of_type: Any, before: Any) -> sa.Select[Any]:
    # Counted from the last change of a ticket that is closed: whoever still writes a note to it, needs it.
    held = sa.exists().where(legal_hold.c.customer_id == ticket.c.customer_id)
    return sa.select(ticket.c.id, ticket.c.customer_id).where(
        ticket.c.type == of_type,
        ticket.c.status == "closed",
        ticket.c.erased_at.is_(None),
        ticket.c.updated_at < before,
        ~held,
    )


def _due_to_go(of_type: Any, before: Any, *, after: sa.Tuple | None = None, most: int) -> sa.Select[Any]:
    """Those that are no part of another, in the order in which they were left; by one index each."""
    place = sa.tuple_(ticket.c.updated_at, ticket.c.id)
    parts = [
        sa.select(ticket.c.id, ticket.c.updated_at)
        .where(ticket.c.type == of_type, ticket.c.status == "closed", ticket.c.updated_at < before, is_erased)
        .where(ticket.c.merged_into_id.is_(None), place > after if after is not None else sa.true())
        .order_by(ticket.c.updated_at, ticket.c.id)
        .limit(most)
        for is_erased in (ticket.c.erased_at.is_(None), ticket.c.erased_at.is_not(None))
    ]
    found = sa.union_all(*(sa.select(part.subquery()) for part in parts)).subquery()
    return sa.select(found).order_by(found.c.updated_at, found.c.id).limit(most)


async def set_retention(db: Db, who: Caller, key: str, *, wanted: NewRetention, now: datetime) -> RetentionView:
    """Keep tickets of this type for so many days from now on; the first go a day later. Raises NoSuchType."""
    await one_type(db, key)
    before, by = await _view(db, key, now), brought_by(who)
    row = {"type_key": key, "days": wanted.days, "then_what": wanted.then, "set_at": now}
    await db.execute(_SET, {**row, "by_kind": by.kind, "by_id": by.id, "by_name": by.name})
    await set_timers(db, [Timer(RETENTION_TIMER, _SWEEP, now + GRACE)])
    after = await _view(db, key, now)
    note(db, "retention", key, before=before, after=after, now=now)
    return after


async def one_retention(db: ReadDb, key: str, *, now: datetime) -> RetentionView:
    """How long tickets of this type are kept, and how many would go by now. Raises NoSuchType."""
    await one_type(db, key)
    return await _view(db, key, now)


async def _view(db: Db | ReadDb, key: str, now: datetime) -> RetentionView:
    row = (await db.execute(_ONE, {"of_type": key})).one_or_none()
    if row is None or row.days is None:
        by = Actor(kind=row.by_kind, id=row.by_id, name=row.by_name) if row else None
        then, set_at = (row.then_what, row.set_at) if row else ("erase", None)
        return RetentionView(type=key, days=None, then=then, set_at=set_at, by=by, starts_at=None, due=0)
    before = now - timedelta(days=row.days)
    deletes = row.then_what == "delete"
    due = _due_to_go(key, before, most=COUNTED) if deletes else _due(key, before).limit(COUNTED)
    count = (await db.execute(sa.select(sa.func.count()).select_from(due.subquery()))).scalar_one()
    by = Actor(kind=row.by_kind, id=row.by_id, name=row.by_name)
    starts_at = row.set_at + GRACE
    return RetentionView(
        type=key, days=row.days, then=row.then_what, set_at=row.set_at, by=by, starts_at=starts_at, due=count
    )


async def let_go_what_is_due(db: Db, due: Due, now: datetime) -> None:
    """Erase or delete the next tickets that were kept long enough; the timer goes on as long as any type asks."""
    standing = (await db.execute(_STANDING)).all()
    if not standing:
        return
    again_at = min([now + _EVERY, *(row.set_at + GRACE for row in standing if now < row.set_at + GRACE)])
    begun = [row for row in standing if now >= row.set_at + GRACE]
    places: dict[str, Any] = dict(due.payload.get("places", {}))
    for row in begun:
        before = now - timedelta(days=row.days)
        if row.then_what == "delete":
            found = await _to_go(db, row.type_key, before, places.get(row.type_key))
            if found:
                because, deletes = delete.Because(row.type_key, row.days), _deletes(begun)
                await delete.delete_families(db, [one.id for one in found], because, deletes, now)
                # Some may have to stay, a family for one of its members: the next round goes on behind them.
                places[row.type_key] = [found[-1].updated_at.isoformat(), str(found[-1].id)]
                again_at = now
                break
            places.pop(row.type_key, None)
        elif found := (
            await db.execute(_due(row.type_key, before).order_by(ticket.c.updated_at, ticket.c.id).limit(AT_ONCE))
        ).all():
            erased = await _erase(db, found, now)
            again_at = now if erased else min(again_at, now + _BUSY)
            break
    await set_timers(db, [Timer(RETENTION_TIMER, due.subject_id, again_at, {"places": places})])


async def _to_go(db: Db, type_key: str, before: datetime, place: list[str] | None) -> Sequence[Any]:
    after = sa.tuple_(sa.literal(datetime.fromisoformat(place[0])), sa.literal(UUID(place[1]))) if place else None
    return (await db.execute(_due_to_go(type_key, before, after=after, most=AT_ONCE))).all()


def _deletes(standing: Sequence[Any]) -> dict[str, Deletes]:
    return {
        row.type_key: Deletes(timedelta(days=row.days), row.set_at + GRACE)
        for row in standing
        if row.then_what == "delete"
    }


async def _erase(db: Db, found: Any, now: datetime) -> int:
    """Of how many tickets: those that others are at come in the next round."""
    changes = await begin_free(db, [row.id for row in found])
    # One may have been changed since it was found, and would not be due any more.
    still = [change for change in changes.values() if change["status"] == "closed" and change["erased_at"] is None]
    because = Because("retention", {row.customer_id for row in found}, HIDDEN)
    if still:
        await erase_content(db, still, because, fields=(await load(db)).fields, by=_BY, now=now)
        await erase_mentions(db, [change.id for change in still])
    return len(still)
