"""The time of a rule has come: it acts if its moment is still what it counts from, in the version active now."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from common.db import Db
from common.plumbing import timer
from common.timers import Due, set_timers
from ticket_svc.rules.act import Asked, broken, turn_of
from ticket_svc.rules.chain import Cause
from ticket_svc.rules.known import active_rules
from ticket_svc.rules.moments import read_moments
from ticket_svc.rules.runs import record, record_broken, turns_in
from ticket_svc.rules.set_times import timer_of
from ticket_svc.rules.since import due_at, moment_of
from ticket_svc.rules.trigger import TimeTrigger
from ticket_svc.teams.windows import Windows
from ticket_svc.tickets.change import begin_for_timer

# Actions move the ticket's own timers. Two sweeps that each hold a timer the other's rule is to move would wait for
# each other; so whoever cannot have them all now is tried again.
_ITS_TIMERS = sa.select(timer.c.id).where(timer.c.subject_id == sa.bindparam("of_ticket")).with_for_update(nowait=True)


async def come_due(db: Db, due: Due, now: datetime, *, standard: Windows) -> None:
    """Let the rule act; nothing happens if it is active no more, or what it waited for came meanwhile."""
    rules = await active_rules(db)
    rule, ticket_id = rules.by_id.get(UUID(due.payload["rule_id"])), UUID(due.payload["ticket_id"])
    if rule is None or not isinstance(rule.trigger, TimeTrigger):
        return
    try:
        row = (await begin_for_timer(db, ticket_id)).row
    except sa.exc.NoResultFound:  # deleted while the timer was being set
        return
    moment = moment_of(rule.trigger, row, (await read_moments(db, [ticket_id]))[ticket_id])
    if row["merged_into_id"] is not None or moment is None:
        return
    cause = Cause(UUID(due.payload["chain_id"]), due.payload["depth"])
    at = due_at(rule.trigger, moment)
    if at > now:
        # The moment was moved, or the rule says another time by now.
        await set_timers(db, [timer_of(rule.id, ticket_id, at, cause)])
        return
    asked = Asked("time", cause, None)
    if rule.is_broken:
        await record_broken(db, [broken(rule, row, asked)], now)
    elif rule.holds(row, now):
        await db.execute(_ITS_TIMERS, {"of_ticket": ticket_id})
        turns = await turns_in(db, {cause.chain_id})
        run = await turn_of(db, rule, row, asked, turns=turns, now=now, standard=standard)
        await record(db, [run], now)
