"""Putting the rules in another order; those that moved have a new version."""

from __future__ import annotations

from datetime import datetime

from common.db import Db
from common.http.cursors import Page
from common.http.identity import Caller
from common.http.problems import Conflict
from ticket_svc.rules.read import ALL, all_rules
from ticket_svc.rules.schemas import RuleOrder, RuleView
from ticket_svc.rules.write import begin_edition, write_version

_SAYS = ("name", "active", "trigger", "conditions", "actions", "stop")


class OtherRules(Conflict):
    """The rules that were named are not those that there are, each once; somebody made or removed one meanwhile."""


async def order_rules(db: Db, who: Caller, *, wanted: RuleOrder, now: datetime) -> Page[RuleView]:
    """Ask the rules in this order from now on. Raises OtherRules."""
    await begin_edition(db)
    rows = {row.id: row for row in await db.execute(ALL)}
    if sorted(wanted.ids) != sorted(rows):
        raise OtherRules("Name every rule that there is, each once.", ids=[str(one) for one in rows])
    for place, rule_id in enumerate(wanted.ids, start=1):
        row = rows[rule_id]
        if row.position != place:
            values = {name: getattr(row, name) for name in _SAYS}
            values |= {"version": row.version + 1, "position": place}
            await write_version(db, who, rule_id, values, what="moved", now=now)
    return await all_rules(db)
