"""Changing a ticket's data; a new priority moves the deadlines that can still be missed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from common.contracts.tickets import Clock, TicketUpdated
from common.db import Db
from common.http.identity import Caller
from ticket_svc.fields.fill_in import fill_in_again
from ticket_svc.sla.deadlines import due_again
from ticket_svc.teams.read import must_take_tickets
from ticket_svc.tickets import clocks
from ticket_svc.tickets.change import Change, begin
from ticket_svc.tickets.chosen_status import choose_status
from ticket_svc.tickets.schemas import TicketChange, TicketView
from ticket_svc.trail.write import doer

_CAN_BE_EMPTY = ("topic", "team_id", "custom_status_id")


async def update_ticket(
    db: Db, who: Caller, *, ticket_id: UUID, wanted: TicketChange, seen: int | None, now: datetime
) -> TicketView:
    """Change the ticket's data.

    Raises NoSuchTicket, StaleVersion, TransitionRefused (closed), Invalid (fields), TeamTakesNone, StatusDoesNotFit.
    """
    change = await begin(db, ticket_id, seen=seen)
    change.act("update")
    asked = await _filled_in(db, change, wanted.model_dump(exclude_unset=True))
    before = {name: change[name] for name, value in asked.items() if value != change[name]}
    before = {name: old for name, old in before.items() if asked[name] is not None or name in _CAN_BE_EMPTY}
    if not before:
        return change.view(now)
    if "priority" in before:
        clocks.catch_up(change, now)
    if "team_id" in before and asked["team_id"]:
        await must_take_tickets(db, asked["team_id"])
    if "custom_status_id" in before:
        await choose_status(db, change, asked["custom_status_id"])
    change.set(**{name: asked[name] for name in before})
    if "priority" in before:
        before |= _move_deadlines(change, now)
    change.say(_updated(change), _from_and_to(change, before))
    if "priority" in before:
        await clocks.start_timers(db, change)
    return await change.write(db, by=doer(who), now=now)


async def _filled_in(db: Db, change: Change, asked: dict[str, Any]) -> dict[str, Any]:
    """What was asked, with all the values that the ticket's fields would have then."""
    given, type_key = asked.get("fields"), asked.get("type") or change["type"]
    if given is None and type_key == change["type"]:
        return asked
    filled = await fill_in_again(
        db,
        change["field_edition"],
        type_key=type_key,
        given=given or {},
        present=change["fields"],
        new_type=type_key != change["type"],
    )
    return {**asked, "fields": dict(filled)}


def _from_and_to(change: Change, before: Mapping[str, Any]) -> dict[str, Any]:
    """What the trail tells: each field that changed by itself, as `fields.<key>`."""
    told = {name: {"from": old, "to": change[name]} for name, old in before.items() if name != "fields"}
    if "fields" in before:
        old, new = before["fields"], change["fields"]
        changed = sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))
        told |= {f"fields.{key}": {"from": old.get(key), "to": new.get(key)} for key in changed}
    return told


def _move_deadlines(change: Change, now: datetime) -> dict[str, Any]:
    """Give the clocks that are not over the deadlines of the new priority; the old ones, by column."""
    before: dict[str, Any] = {}
    for clock, at in _clocks_not_over(change, now).items():
        columns = clocks.COLUMNS[clock]
        before[columns.due_at] = change[columns.due_at]
        moved = due_again(clock, change["priority"], opened_at=change["opened_at"], stood=change[columns.stood], now=at)
        change.set(**{columns.due_at: moved})
    return {name: old for name, old in before.items() if old != change[name]}


def _clocks_not_over(change: Change, now: datetime) -> dict[Clock, datetime]:
    """The clocks that may still be missed, each with the instant it stands at; those of a resolved ticket may go on."""
    found: dict[Clock, datetime] = dict.fromkeys(clocks.running_clocks(change), now)
    if change["pended_at"] is not None:
        found["resolution"] = change["pended_at"]
    if change["resolved_at"] is not None:
        found |= dict.fromkeys(clocks.not_over_by_resolving(change), change["resolved_at"])
    return {clock: at for clock, at in found.items() if change[clocks.COLUMNS[clock].breached_at] is None}


def _updated(change: Change) -> TicketUpdated:
    return TicketUpdated(
        ticket_id=change.id,
        subject=change["subject"],
        priority=change["priority"],
        topic=change["topic"],
        team_id=change["team_id"],
        custom_status_id=change["custom_status_id"],
        ticket_type=change["type"],
        fields=change["fields"],
        response_due_at=change["response_due_at"],
        resolution_due_at=change["resolution_due_at"],
    )
