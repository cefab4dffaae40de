"""Setting the timers of rules about time: each ticket has one for each rule, moved by what moves its moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from common.contracts.base import Heard
from common.db import Db
from common.timers import Timer, set_timers
from ticket_svc.rules.act import Asked
from ticket_svc.rules.chain import Cause
from ticket_svc.rules.known import ActiveRule
from ticket_svc.rules.moments import read_moments
from ticket_svc.rules.since import due_at, moment_of, was_moved
from ticket_svc.rules.trigger import TimeTrigger

KIND = "rule.time"
Wanted = tuple[ActiveRule, Heard[Any], Asked, Mapping[Any, Any]]
"""A rule about time, what happened, how it was asked, and the ticket's row."""


async def set_times(db: Db, wanted: Sequence[Wanted]) -> None:
    """Set the timers of these rules where what happened is what made their moment."""
    if not wanted:
        return
    moments = await read_moments(db, [row["id"] for *_, row in wanted])
    timers = []
    for rule, heard, asked, row in wanted:
        assert isinstance(rule.trigger, TimeTrigger)
        moment = moment_of(rule.trigger, row, moments[row["id"]])
        if row["merged_into_id"] is None and moment and was_moved(rule.trigger, moment, heard.time):
            timers.append(timer_of(rule.id, row["id"], due_at(rule.trigger, moment), asked.cause))
    await set_timers(db, timers)


def timer_of(rule_id: UUID, ticket_id: UUID, at: datetime, cause: Cause) -> Timer:
    """The timer of a rule for a ticket; what it brings about is of the same chain."""
    payload = {
        "rule_id": str(rule_id),
        "ticket_id": str(ticket_id),
        "chain_id": str(cause.chain_id),
        "depth": cause.depth,
    }
    return Timer(KIND, uuid5(rule_id, str(ticket_id)), at, payload)
