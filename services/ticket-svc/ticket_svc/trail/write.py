"""Writing a ticket's trail: what happened, who did it, when, and what changed; in the transaction of the change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from common.aside import Aside
from common.db import Db
from common.http.identity import Caller
from ticket_svc.trail.tables import ticket_event


@dataclass(frozen=True, slots=True)
class Doer:
    """Who did something."""

    kind: Literal["person", "key", "customer", "system", "rule"]
    id: UUID | None
    name: str


_KINDS: dict[str, Literal["person", "key", "customer"]] = {"user": "person", "key": "key", "customer": "customer"}

ROUTING = Doer("system", None, "routing")
SLA = Doer("system", None, "sla")
AUTO_CLOSE = Doer("system", None, "auto_close")
SNOOZE = Doer("system", None, "snooze")
KNOWLEDGE = Doer("system", None, "knowledge")
FEEDBACK = Doer("system", None, "feedback")


@dataclass(frozen=True, slots=True)
class ByRule:
    """A rule that acts: which, in which version, and where in the chain of what followed from one change."""

    id: UUID
    version: int
    name: str
    chain_id: UUID
    depth: int

    def told(self) -> dict[str, Any]:
        """As it stands beside a step."""
        return {"id": self.id, "version": self.version, "chain_id": self.chain_id, "depth": self.depth}


def doer(who: Caller) -> Doer:
    """The caller as the trail names them, or the rule that acts."""
    acting = _RULE.get()
    return Doer("rule", acting.id, acting.name) if acting else Doer(_KINDS[who.kind], who.id, who.name)


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of a trail."""

    ticket_id: UUID
    version: int
    type: str
    by: Doer
    at: datetime
    data: Mapping[str, Any]


_BATCH: ContextVar[UUID | None] = ContextVar("batch", default=None)
_RULE: ContextVar[ByRule | None] = ContextVar("rule", default=None)


@contextmanager
def in_batch(batch_id: UUID) -> Iterator[None]:
    """What is written in this block carries the id of the bulk action, whichever operation writes it."""
    token = _BATCH.set(batch_id)
    try:
        yield
    finally:
        _BATCH.reset(token)


@contextmanager
def by_rule(acting: ByRule) -> Iterator[None]:
    """What is done in this block is done by the rule, whichever operation does it; and every step says so."""
    token = _RULE.set(acting)
    try:
        yield
    finally:
        _RULE.reset(token)


_MACRO: ContextVar[UUID | None] = ContextVar("macro", default=None)


@contextmanager
def in_macro(macro_id: UUID) -> Iterator[None]:
    """What is written in this block carries the id of the macro that was used, whichever operation writes it."""
    token = _MACRO.set(macro_id)
    try:
        yield
    finally:
        _MACRO.reset(token)


def write(db: Db, steps: Sequence[Step]) -> None:
    """Have steps of tickets that are locked written in this order, beside the change."""
    acting = _RULE.get()
    because = (_BATCH.get(), acting.told() if acting else None, _MACRO.get())
    for step in steps:
        by = step.by
        row = (step.ticket_id, step.version, step.type, by.kind, by.id, by.name, step.at, dict(step.data), *because)
        db.put_aside(_TRAIL, row)


_TRAIL = Aside(
    "trail",
    ticket_event.name,
    {
        name: ticket_event.c[name].type
        for name in (
            *("ticket_id", "version", "type", "actor_kind", "actor_id", "actor_name", "at", "data"),
            *("batch_id", "rule", "macro_id"),
        )
    },
)


# Facts from outside a ticket change nothing of it: its row is not locked, its version stays. A ticket that is not
# ours (never was, or was removed) has no trail to write to, so those rows fall out of the join.
_REMEMBER = sa.text(
    """
    INSERT INTO ticket_event (ticket_id, version, type, actor_kind, actor_id, actor_name, at, data)
    SELECT t.id, t.version, s.type, s.actor_kind, s.actor_id, s.actor_name, s.at,
      CASE WHEN t.erased_at IS NULL THEN s.data ELSE '{}' END
    FROM jsonb_to_recordset(:steps)
      AS s(ticket_id uuid, type text, actor_kind text, actor_id uuid, actor_name text, at timestamptz, data jsonb)
    JOIN ticket t ON t.id = s.ticket_id
    """
).bindparams(sa.bindparam("steps", type_=JSONB))


@dataclass(frozen=True, slots=True)
class Fact:
    """What another service, or what happened to another ticket, tells about a ticket."""

    ticket_id: UUID
    type: str
    by: Doer
    at: datetime
    data: Mapping[str, Any]


async def remember(db: Db, facts: Sequence[Fact]) -> None:
    """Write what other services told; one statement for all of them."""
    steps = [
        {
            "ticket_id": fact.ticket_id,
            "type": fact.type,
            "actor_kind": fact.by.kind,
            "actor_id": fact.by.id,
            "actor_name": fact.by.name,
            "at": fact.at,
            "data": fact.data,
        }
        for fact in facts
    ]
    await db.execute(_REMEMBER, {"steps": steps})
