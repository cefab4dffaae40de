"""A rule acts on a ticket: all of its actions, in a part of the transaction that is undone by itself, or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from asyncpg.exceptions import IntegrityConstraintViolationError

from common.db import Db
from common.http.identity import Caller
from common.http.problems import Conflict, Problem, contents
from ticket_svc.bulk.do import do_one
from ticket_svc.bulk.schemas import Noting
from ticket_svc.rules.chain import Cause, may_act
from ticket_svc.rules.foresee import Action, foresee
from ticket_svc.rules.known import ActiveRule
from ticket_svc.rules.runs import Became, Run, Turns
from ticket_svc.rules.schemas import Replying
from ticket_svc.rules.wording import worded
from ticket_svc.teams.windows import Windows
from ticket_svc.tickets.enter import NAME
from ticket_svc.tickets.note import note
from ticket_svc.tickets.reply import reply
from ticket_svc.tickets.schemas import NewNote, NewReply
from ticket_svc.tickets.tables import message
from ticket_svc.trail.write import ByRule, by_rule

MOST_REPLIES = 3
"""Public messages of programs to one ticket in an hour: whoever answers by a machine is not answered for ever."""

_LATELY = sa.select(sa.func.count()).where(
    message.c.ticket_id == sa.bindparam("of_ticket"),
    message.c.created_at > sa.bindparam("since"),
    message.c.author_kind == "rule",
    message.c.is_public,
)


class TooManyReplies(Conflict):
    """Rules have written to this ticket often enough for an hour."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What rules are asked about: what happened, why, and by which event (none: time)."""

    happened: str
    cause: Cause
    event_id: UUID | None


async def turn_of(
    db: Db,
    rule: ActiveRule,
    row: Mapping[Any, Any],
    asked: Asked,
    *,
    turns: Turns,
    now: datetime,
    standard: Windows,
) -> Run:
    """What becomes of a rule whose condition holds of this ticket, which is locked."""
    if foresee(rule.actions, row).is_nothing:
        # So most rules meet what they did themselves: there is nothing left for them to do.
        return _run(rule, row, asked, "unchanged")
    chain, ticket_id = asked.cause.chain_id, row["id"]
    here = {(one, outcome) for in_chain, of, one, outcome in turns if (in_chain, of) == (chain, ticket_id)}
    verdict = may_act(rule.id, asked.cause, {one for one, outcome in here if outcome == "done"})
    if verdict == "may":
        run = await _act(db, rule, row, asked, now, standard)
    else:
        # Two events of one change are no loop; and what is held back once or ten times is told once.
        quiet = asked.cause.begins or (rule.id, verdict) in here
        run = _run(rule, row, asked, "unchanged" if quiet else verdict)
    turns.add((chain, ticket_id, rule.id, run.outcome))
    return run


def broken(rule: ActiveRule, row: Mapping[Any, Any], asked: Asked) -> Run:
    """What is told of a rule whose condition names what is no longer there."""
    errors = [{"pointer": one.pointer, "detail": one.detail, "code": one.code} for one in rule.judged.of_condition]
    problem = {"title": "The rule names what is not there", "errors": errors}
    return _run(rule, row, asked, "refused", problem=problem)


async def _act(db: Db, rule: ActiveRule, row: Mapping[Any, Any], asked: Asked, now: datetime, standard: Windows) -> Run:
    acting = ByRule(rule.id, rule.version, rule.name, asked.cause.chain_id, asked.cause.depth + 1)
    versions: list[int] = []
    try:
        async with db.savepoint():
            with by_rule(acting):
                for action in rule.actions:
                    versions.append(await _do(db, rule, action, row, now, standard))
    except Problem as problem:
        return _run(rule, row, asked, "refused", problem={**contents(problem), "action": len(versions)})
    except IntegrityConstraintViolationError:
        taken = Conflict("Something like it exists, or what it refers to does not.")
        return _run(rule, row, asked, "refused", problem={**contents(taken), "action": len(versions)})
    outcome: Became = "done" if versions[-1] > row["version"] else "unchanged"
    return _run(rule, row, asked, outcome, after=versions[-1])


async def _do(
    db: Db, rule: ActiveRule, action: Action, row: Mapping[Any, Any], now: datetime, standard: Windows
) -> int:
    ticket_id = row["id"]
    if isinstance(action, Replying):
        return await _write(db, rule, action, row, now, standard)
    who = _caller(rule, rule.name)
    if isinstance(action, Noting):
        wanted = NewNote(text=action.text, author="rule")
        return (await note(db, who, ticket_id=ticket_id, wanted=wanted, seen=None, now=now)).version
    return await do_one(db, who, action, ticket_id=ticket_id, seen=None, now=now, standard=standard)


async def _write(
    db: Db, rule: ActiveRule, action: Replying, row: Mapping[Any, Any], now: datetime, standard: Windows
) -> int:
    lately = {"of_ticket": row["id"], "since": now - timedelta(hours=1)}
    if (await db.execute(_LATELY, lately)).scalar_one() >= MOST_REPLIES:
        raise TooManyReplies(f"Rules write to a ticket {MOST_REPLIES} times an hour at most.")
    wanted = NewReply(text=worded(action.text, row), author="rule")
    # What the rule is called among colleagues is nothing for the customer.
    who = _caller(rule, NAME)
    return (await reply(db, who, ticket_id=row["id"], wanted=wanted, seen=None, now=now, standard=standard)).version


def _caller(rule: ActiveRule, name: str) -> Caller:
    """Whom the operations take for asking: what a rule may do was decided when it was kept."""
    return Caller(id=rule.id, kind="key", role="admin", name=name)


def _run(
    rule: ActiveRule,
    row: Mapping[Any, Any],
    asked: Asked,
    outcome: Became,
    *,
    after: int | None = None,
    problem: dict[str, Any] | None = None,
) -> Run:
    return Run(
        rule_id=rule.id,
        rule_version=rule.version,
        ticket_id=row["id"],
        happened=asked.happened,
        event_id=asked.event_id,
        chain_id=asked.cause.chain_id,
        depth=asked.cause.depth,
        outcome=outcome,
        version_before=row["version"],
        version_after=row["version"] if after is None else after,
        problem=problem,
    )
