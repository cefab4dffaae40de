"""What rules did, and did not do: written beside their effect, kept for 90 days."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from common import telemetry
from common.db import Db, ReadDb
from common.http.cursors import Page, Paging
from common.ids import new_id
from ticket_svc.rules.schemas import Outcome, RuleRun
from ticket_svc.rules.tables import rule_run

KEPT_FOR = timedelta(days=90)
"""Longer than any timer of a rule: what acted in a chain is looked up here."""

Became = Outcome | Literal["unchanged"]
"""What became of a rule's turn. Where all was as it wants it already, that is not written down."""
_ONCE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Run:
    """One time that a rule was to act."""

    rule_id: UUID
    rule_version: int
    ticket_id: UUID
    happened: str
    event_id: UUID | None
    chain_id: UUID
    depth: int
    outcome: Became
    version_before: int
    version_after: int
    problem: dict[str, Any] | None = None


Turns = set[tuple[UUID, UUID, UUID, str]]
"""What became of rules in chains: chain, ticket, rule, outcome."""
_TURNS = sa.select(rule_run.c.chain_id, rule_run.c.ticket_id, rule_run.c.rule_id, rule_run.c.outcome).where(
    rule_run.c.chain_id == sa.any_(sa.bindparam("chains", type_=ARRAY(sa.Uuid)))
)
_RECORD = sa.insert(rule_run)


async def turns_in(db: Db, chains: Collection[UUID]) -> Turns:
    """What became of rules in these chains so far."""
    return {tuple(row) for row in await db.execute(_TURNS, {"chains": list(chains)})} if chains else set()


async def record(db: Db, runs: Sequence[Run], now: datetime) -> None:
    """Write down what became of rules; one that was held back is reported, for its author will want to know."""
    for run in runs:
        if run.outcome in ("loop", "too_deep"):
            telemetry.log.warning(
                "rule.held_back", outcome=run.outcome, rule=str(run.rule_id), ticket=str(run.ticket_id)
            )
    rows = [_row(run, now) for run in runs if run.outcome != "unchanged"]
    if rows:
        await db.execute(_RECORD, rows)


async def record_broken(db: Db, runs: Sequence[Run], now: datetime) -> None:
    """Write down, once an hour, that a rule names what is not there: it meets every ticket of its trigger."""
    lately = sa.select(rule_run.c.rule_id, rule_run.c.rule_version).where(
        rule_run.c.rule_id.in_([run.rule_id for run in runs]), rule_run.c.at > now - _ONCE
    )
    told = {(row.rule_id, row.rule_version) for row in await db.execute(lately)}
    fresh = {(run.rule_id, run.rule_version): run for run in runs}
    await record(db, [run for key, run in fresh.items() if key not in told], now)


def _row(run: Run, now: datetime) -> dict[str, Any]:
    return {**asdict(run), "id": new_id(), "at": now}


async def list_runs(
    db: ReadDb, paging: Paging, *, rule_id: UUID | None, ticket_id: UUID | None, outcome: Outcome | None
) -> Page[RuleRun]:
    """What rules did, newest first. Raises BadCursor."""
    asked = {"rule_id": rule_id, "ticket_id": ticket_id, "outcome": outcome}
    given = {name: value for name, value in asked.items() if value is not None}
    query = sa.select(rule_run).where(*(rule_run.c[name] == value for name, value in given.items()))
    after = paging.after("rule runs")
    if after:
        query = query.where(rule_run.c.id < UUID(after[0]))
    rows = (await db.execute(query.order_by(rule_run.c.id.desc()).limit(paging.limit + 1))).all()
    last = rows[paging.limit - 1] if len(rows) > paging.limit else None
    return Page(
        items=[RuleRun.model_validate(row) for row in rows[: paging.limit]],
        next_cursor=paging.next("rule runs", [last.id]) if last else None,
    )
