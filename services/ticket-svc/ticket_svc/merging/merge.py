"""Merging a ticket into another: what was said moves there, and what is said to it later goes there too."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.contracts.tickets import Clock, TicketAbsorbed, TicketClosed, TicketMerged
from common.db import Db
from common.http.identity import Caller
from common.http.problems import Conflict, FieldError, Problem
from common.ids import new_id
from common.timers import cancel_timers
from ticket_svc.customers.shown import shown_name
from ticket_svc.merging.along import bring_along
from ticket_svc.merging.clocks_of_two import Clocks, Promise, merged, taken_over
from ticket_svc.merging.schemas import Merge
from ticket_svc.merging.tables import ticket_merge
from ticket_svc.tickets import clocks, reopen, reply
from ticket_svc.tickets.change import Change, TransitionRefused, begin_many
from ticket_svc.tickets.close import AUTO_CLOSE_TIMER, NOTICE_TIMER
from ticket_svc.tickets.meanwhile import must_be_present
from ticket_svc.tickets.read import NoSuchTicket
from ticket_svc.tickets.schemas import TicketView
from ticket_svc.tickets.snooze import WAKE_TIMER
from ticket_svc.tickets.survivor import survivor_of
from ticket_svc.trail.write import doer

_TIMERS = (*clocks.KINDS.values(), AUTO_CLOSE_TIMER, NOTICE_TIMER, WAKE_TIMER)
_SNOOZE = ("snoozed_at", "snoozed_until", "snooze_outlasts_reply")
_KEPT = ("status", "custom_status_id", "pended_at", "resolved_at", *_SNOOZE)
_SHARED = ("responded_at", "response_due_at", "resolution_due_at")
_CLOCKS = tuple(name for columns in clocks.COLUMNS.values() for name in columns)


class OneTicketAlready(Conflict):
    """The two tickets are one already."""


class NotIntoItself(Problem):
    """A ticket cannot be merged into itself."""

    status, title = 422, "Not valid"


class OtherCustomers(Conflict):
    """The tickets are of different customers, and it was not said that this is meant."""


_MOVE = sa.text(
    """
    WITH moved AS (
      UPDATE message SET ticket_id = :target, is_public = is_public AND NOT :hide FROM (
        SELECT id AS message_id, is_public AS was_public FROM message WHERE ticket_id = :source) AS before
      WHERE message.id = before.message_id RETURNING message.id, message.is_public, before.was_public),
    files AS (
      UPDATE attachment SET ticket_id = :target, is_public = moved.is_public FROM moved
      WHERE attachment.message_id = moved.id),
    kept AS (
      INSERT INTO ticket_merge_message (merge_id, message_id, was_public) SELECT :merge, id, was_public FROM moved)
    SELECT count(*) FROM moved
    """
).bindparams(
    *(sa.bindparam(name, type_=sa.Uuid) for name in ("target", "source", "merge")),
    sa.bindparam("hide", type_=sa.Boolean),
)
_JOURNAL = sa.insert(ticket_merge)


async def merge_ticket(
    db: Db, who: Caller, *, ticket_id: UUID, wanted: Merge, seen: int | None, now: datetime
) -> TicketView:
    """Merge the ticket; the one that it is part of now. Both are locked in the order of their ids.

    Raises NoSuchTicket, StaleVersion, NotIntoItself, OneTicketAlready, OtherCustomers, and TransitionRefused when
    one of them is closed.
    """
    source, target = await _both(db, ticket_id, wanted.into)
    await must_be_present(db, source.row, seen)
    same_customer = source["customer_id"] == target["customer_id"]
    if not (same_customer or wanted.other_customer):
        raise OtherCustomers(
            "The tickets are of different customers; say other_customer if that is meant.",
            customers=[shown_name(source["customer_name"]), shown_name(target["customer_name"])],
        )
    for one in (source, target):
        clocks.catch_up(one, now)
    source_before = {name: source[name] for name in _KEPT}
    merge_id = new_id()
    target_changed = await _take_over(db, source, target, same_customer=same_customer, now=now)
    hide = not (same_customer or wanted.keep_public)
    took = await bring_along(db, source, target, merge_id=merge_id, hide=hide)
    values = {"id": merge_id, "source_id": source.id, "target_id": target.id, "made_at": now, "took": took}
    await db.execute(_JOURNAL, {**values, "source_before": source_before, "target_before": target_changed})
    moving = {"target": target.id, "source": source.id, "merge": merge_id, "hide": hide}
    moved: int = (await db.execute(_MOVE, moving)).scalar_one()
    _say(source, target, moved=moved, hidden=hide)
    await cancel_timers(db, source.id, *_TIMERS)
    await source.write(db, by=doer(who), now=now)
    return await target.write(db, by=doer(who), now=now)


async def _both(db: Db, source_id: UUID, into: UUID) -> tuple[Change, Change]:
    target_id = await survivor_of(db, into)
    if source_id == into:
        detail = "A ticket cannot be merged into itself."
        raise NotIntoItself(detail, errors=[FieldError(pointer="/into", detail=detail, code="itself")])
    found = await begin_many(db, [source_id, target_id])
    for wanted in (source_id, target_id):
        if wanted not in found:
            raise NoSuchTicket(f"There is no ticket {wanted}.")
    source, target = found[source_id], found[target_id]
    # What was read before the lock may have been merged since: both are looked at again.
    if target_id == source_id or source["merged_into_id"] or target["merged_into_id"]:
        raise OneTicketAlready("One of the two has been merged already.", merged_into=_into(source, target))
    for one in (source, target):
        if one["status"] == "closed":
            raise TransitionRefused("closed", "merge")
    return source, target


def _into(source: Change, target: Change) -> str | None:
    found = source["merged_into_id"] or target["merged_into_id"]
    return str(found) if found else None


async def _take_over(
    db: Db, source: Change, target: Change, *, same_customer: bool, now: datetime
) -> dict[str, list[Any]]:
    """Bring the target's clocks and status on; which of the clocks' columns changed, from what to what."""
    asks = source["status"] in ("new", "open")
    if same_customer and clocks.has_clocks(source) and not clocks.has_clocks(target):
        return await _become_live(db, source, target, asks=asks, now=now)
    after = merged(_clocks(target), _clocks(source), same_customer=same_customer and clocks.has_clocks(source))
    before = {name: target[name] for name in _SHARED}
    target.set(**{name: getattr(after, name) for name in _SHARED})
    if asks and target["status"] in ("pending", "on_hold", "resolved"):
        await reply.go_on(db, target, now)
    if target["responded_at"]:
        await cancel_timers(db, target.id, clocks.KINDS["first_response"])
    await clocks.start_timers(db, target)
    return {name: [old, getattr(after, name)] for name, old in before.items() if old != getattr(after, name)}


async def _become_live(db: Db, source: Change, target: Change, *, asks: bool, now: datetime) -> dict[str, list[Any]]:
    """Hold the target, which was history, to what was promised of the source; what of it changed, as it is kept."""
    before = {name: target[name] for name in ("imported_at", "responded_at", *_CLOCKS)}
    was_resolved = target["status"] == "resolved"
    target.set(imported_at=None, responded_at=source["responded_at"])
    for clock, columns in clocks.COLUMNS.items():
        made = Promise(source[columns.due_at], source[columns.breached_at], source[columns.stood])
        stood, stands = (_stands_since(one, clock) for one in (source, target))
        held = taken_over(made, stood_since=stood, stands_since=stands, now=now)
        target.set(**dict(zip(columns, (held.due_at, held.breached_at, held.stood), strict=True)))
    changed = {name: [_plain(old), _plain(target[name])] for name, old in before.items()}
    if asks and target["status"] in ("pending", "on_hold", "resolved"):
        await reply.go_on(db, target, now)
    if not was_resolved:
        # Whoever gives out the work has never heard of it.
        target.say(reopen.reopened(target, now))
    await clocks.start_timers(db, target)
    return changed


def _stands_since(change: Change, clock: Clock) -> datetime | None:
    """Since when a clock of the ticket stands; None while it runs, or is over."""
    since: datetime | None = None
    if change["status"] == "resolved" and clock in clocks.not_over_by_resolving(change):
        since = change["resolved_at"]
    elif change["status"] == "pending" and clock == "resolution":
        since = change["pended_at"]
    return since


def _plain(value: Any) -> Any:
    return value.total_seconds() if isinstance(value, timedelta) else value


def _clocks(change: Change) -> Clocks:
    return Clocks(
        responded_at=change["responded_at"],
        response_due_at=change["response_due_at"],
        response_missed=change["response_breached_at"] is not None,
        resolution_due_at=change["resolution_due_at"],
        resolution_missed=change["resolution_breached_at"] is not None,
    )


def _say(source: Change, target: Change, *, moved: int, hidden: bool) -> None:
    source.act("merge")
    source.set(merged_into_id=target.id, snoozed_at=None, snoozed_until=None, snooze_outlasts_reply=False)
    merged_event = TicketMerged(ticket_id=source.id, into_id=target.id, into_number=target["number"])
    source.say(merged_event, {"into_id": target.id, "into_number": target["number"], "messages": moved})
    source.say(TicketClosed(ticket_id=source.id))
    absorbed = TicketAbsorbed(ticket_id=target.id, from_id=source.id, from_number=source["number"], messages=moved)
    data = {"from_id": source.id, "from_number": source["number"], "messages": moved, "hidden": hidden}
    target.say(absorbed, data)
