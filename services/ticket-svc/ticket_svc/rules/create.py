"""Making a rule; it is asked after those that are there."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from common.db import Db
from common.http.identity import Caller
from common.http.problems import Conflict
from common.ids import new_id
from ticket_svc.rules.read import one_rule
from ticket_svc.rules.schemas import NewRule, RuleView
from ticket_svc.rules.tables import rule
from ticket_svc.rules.write import begin_edition, must_be_sound, stored, write_version

MOST_RULES = 200
"""Rules that there may be."""

_THERE = sa.select(sa.func.count().label("rules"), sa.func.max(rule.c.position).label("last")).where(
    rule.c.removed_at.is_(None)
)


class TooManyRules(Conflict):
    """Remove a rule first."""


async def create_rule(db: Db, who: Caller, *, wanted: NewRule, now: datetime) -> RuleView:
    """Make a rule. Raises Invalid (whatever it names that is not there), TooManyRules."""
    await begin_edition(db)
    await must_be_sound(db, wanted)
    there = (await db.execute(_THERE)).one()
    if there.rules >= MOST_RULES:
        raise TooManyRules(f"There are {MOST_RULES} rules already.")
    head = {"version": 1, "position": (there.last or 0) + 1, "active": wanted.active}
    rule_id, since = new_id(), now if wanted.active else None
    await db.execute(sa.insert(rule), {"id": rule_id, **head, "active_since": since, "created_at": now})
    await write_version(db, who, rule_id, {**stored(wanted), **head}, what="created", now=now)
    return await one_rule(db, rule_id)
