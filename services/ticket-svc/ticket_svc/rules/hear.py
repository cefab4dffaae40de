"""Rules hear what happened to tickets: those that are meant act, in their order, and those about time are set.

A rule is asked in the version that is active when it is asked, and only about what happened since it was activated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common import trace
from common.contracts.base import Heard
from common.contracts.feedback import SurveyAnswered
from common.db import Db
from common.rows import given
from ticket_svc.rules.act import Asked, broken, turn_of
from ticket_svc.rules.chain import Cause, beginning
from ticket_svc.rules.changed import has_changed, has_score
from ticket_svc.rules.foresee import foresee
from ticket_svc.rules.happenings import happening_of
from ticket_svc.rules.known import ActiveRule, active_rules
from ticket_svc.rules.runs import Run, Turns, record, record_broken, turns_in
from ticket_svc.rules.set_times import set_times
from ticket_svc.rules.trigger import EventTrigger
from ticket_svc.teams.windows import Windows
from ticket_svc.tickets.change import begin_many
from ticket_svc.tickets.read import JOINED
from ticket_svc.tickets.tables import ticket
from ticket_svc.trail.tables import ticket_event

_ROWS = JOINED.where(ticket.c.id.in_(sa.bindparam("wanted_ids", expanding=True)))
_IS = (ticket_event.c.ticket_id, ticket_event.c.version, ticket_event.c.type)
_GIVEN = given(*_IS)
_STEPS = sa.select(ticket_event.c.ticket_id, ticket_event.c.data, ticket_event.c.rule).join(
    _GIVEN, sa.and_(*(column == _GIVEN.c[column.name] for column in _IS))
)


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened to a ticket, and which rules are asked about it."""

    heard: Heard[Any]
    asked: Asked
    told: Mapping[str, Any]
    """What the trail tells of it."""
    rules: Sequence[ActiveRule]
    timed: Sequence[ActiveRule]


async def on_happened(db: Db, heard: Sequence[Heard[Any]], now: datetime, *, standard: Windows) -> None:
    """Let the rules act on what happened to these tickets. What one of them is refused is written down, and no more."""
    found = await _asked(db, [_of_ticket(one) for one in heard])
    if not found:
        return
    rows = await _rows(db, [one.heard.subject for one in found])
    meant = [one for one in found if _is_meant(one, rows.get(one.heard.subject), now)]
    if meant:
        await _let_act(db, meant, now, standard)
    present = [(one, rows[one.heard.subject]) for one in found if one.heard.subject in rows]
    if lame := [broken(rule, row, one.asked) for one, row in present for rule in one.rules if rule.is_broken]:
        await record_broken(db, lame, now)
    await set_times(db, [(rule, one.heard, one.asked, row) for one, row in present for rule in one.timed])


def _of_ticket(one: Heard[Any]) -> Heard[Any]:
    """What another service said of a thing of its own, as something that happened to the ticket."""
    return replace(one, subject=one.data.ticket_id) if isinstance(one.data, SurveyAnswered) else one


async def _asked(db: Db, heard: Sequence[Heard[Any]]) -> list[Happened]:
    """What some rule is to be asked about; no statement but one when there is nothing."""
    rules = await active_rules(db)
    found = []
    for one in heard:
        happening = happening_of(one.data)
        if happening is None:
            continue
        asked, timed = (
            [rule for rule in of.get(happening, ()) if rule.since <= one.time]
            for of in (rules.by_happening, rules.timed_by)
        )
        if asked or timed:
            found.append((one, happening, asked, timed))
    steps = await _steps(db, [one for one, *_ in found])
    return [
        Happened(one, Asked(happening, _cause(one, steps), one.id), _told(one, steps), asked, timed)
        for one, happening, asked, timed in found
    ]


async def _steps(db: Db, heard: Sequence[Heard[Any]]) -> dict[UUID, Any]:
    """The steps of the trail that these events are."""
    if not heard:
        return {}
    # By its type too: what other services told of a ticket stands under the version that it had.
    steps = [{"ticket_id": one.subject, "version": one.sequence, "type": one.data.TYPE} for one in heard]
    return {row.ticket_id: row for row in await db.execute(_STEPS, {"rows": steps})}


def _cause(one: Heard[Any], steps: Mapping[UUID, Any]) -> Cause:
    step = steps.get(one.subject)
    if step is None or step.rule is None:
        return Cause(beginning(one.subject, one.time))
    return Cause(UUID(step.rule["chain_id"]), int(step.rule["depth"]))


def _told(one: Heard[Any], steps: Mapping[UUID, Any]) -> Mapping[str, Any]:
    step = steps.get(one.subject)
    return step.data if step is not None else {}


async def _rows(db: Db, ids: Sequence[UUID]) -> dict[UUID, Mapping[Any, Any]]:
    rows = (await db.execute(_ROWS, {"wanted_ids": list(ids)})).mappings().all()
    return {row["id"]: row for row in rows}


def _is_meant(one: Happened, row: Mapping[Any, Any] | None, now: datetime) -> bool:
    """Whether a rule is to act; looked at without a lock, for most tickets are meant by none."""
    return row is not None and any(
        _is_due(rule, one, row, now) and not foresee(rule.actions, row).is_nothing for rule in one.rules
    )


def _is_due(rule: ActiveRule, one: Happened, row: Mapping[Any, Any], now: datetime) -> bool:
    if row["merged_into_id"] is not None or not isinstance(rule.trigger, EventTrigger):
        return False
    score = one.heard.data.score if isinstance(one.heard.data, SurveyAnswered) else None
    is_asked = has_changed(rule.trigger.changed, one.told) and has_score(rule.trigger, score)
    return is_asked and rule.holds(row, now)


async def _let_act(db: Db, meant: Sequence[Happened], now: datetime, standard: Windows) -> None:
    # All at once and in the order of ids: nobody waits for us in a circle.
    changes = await begin_many(db, [one.heard.subject for one in meant])
    turns = await turns_in(db, {one.asked.cause.chain_id for one in meant})
    runs: list[Run] = []
    for one in meant:
        # Each goes on with the trace of its own event.
        token = trace.enter(one.heard.traceparent)
        try:
            row = changes[one.heard.subject].row
            runs += await _in_turn(db, one, row, turns=turns, now=now, standard=standard)
        finally:
            trace.leave(token)
    await record(db, runs, now)


async def _in_turn(
    db: Db,
    one: Happened,
    row: Mapping[Any, Any],
    *,
    turns: Turns,
    now: datetime,
    standard: Windows,
) -> list[Run]:
    """Ask one rule after the other; each sees the ticket as those before it left it."""
    runs: list[Run] = []
    for rule in one.rules:
        if not _is_due(rule, one, row, now):
            continue
        run = await turn_of(db, rule, row, one.asked, turns=turns, now=now, standard=standard)
        runs.append(run)
        if run.outcome == "done":
            row = (await _rows(db, [run.ticket_id]))[run.ticket_id]
        if rule.stop and run.outcome in ("done", "unchanged"):
            break
    return runs
