"""Putting the rules in another order; those that moved have a new version."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from common.db import Db
from common.http.cursors import Page
from common.http.identity import Caller
from common.http.problems import FieldError, Invalid
from ticket_svc.rules.read import ALL, all_rules
from ticket_svc.rules.schemas import RuleOrder, RuleView
from ticket_svc.rules.write import begin_edition, write_version

_SAYS = ("name", "active", "trigger", "conditions", "actions", "stop")


async def order_rules(db: Db, who: Caller, *, wanted: RuleOrder, now: datetime) -> Page[RuleView]:
    """Ask these rules first, in this order; one that was made meanwhile comes after them. Raises Invalid."""
    await begin_edition(db)
    rows = {row.id: row for row in await db.execute(ALL)}
    _must_be_there(wanted.ids, rows.keys())
    order = [*wanted.ids, *(rule_id for rule_id in rows if rule_id not in wanted.ids)]
    for place, rule_id in enumerate(order, start=1):
        row = rows[rule_id]
        if row.position != place:
            values = {name: getattr(row, name) for name in _SAYS}
            values |= {"version": row.version + 1, "position": place}
            await write_version(db, who, rule_id, values, what="moved", now=now)
    return await all_rules(db)


def _must_be_there(ids: Sequence[UUID], there: Collection[UUID]) -> None:
    errors = [
        FieldError(pointer=f"/ids/{place}", detail="There is no such rule.", code="no_such_rule")
        if one not in there
        else FieldError(pointer=f"/ids/{place}", detail="It is named before.", code="twice")
        for place, one in enumerate(ids)
        if one not in there or one in ids[:place]
    ]
    if errors:
        raise Invalid(errors[0].detail, errors=errors)
