"""The active rules as this process knows them, and how it learns of a change: by the edition that stands with them.

An event costs one statement, which reads two ids, as long as no rule was changed: see fields/known.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.db import Db
from ticket_svc.conditions.evaluate import holds
from ticket_svc.conditions.model import Condition
from ticket_svc.fields.known import EDITION, at_edition
from ticket_svc.rules.foresee import Action
from ticket_svc.rules.happenings import Happening
from ticket_svc.rules.schemas import ACTIONS
from ticket_svc.rules.since import movers
from ticket_svc.rules.sound import Judged, judged_condition
from ticket_svc.rules.tables import rule, rule_edition, rule_version
from ticket_svc.rules.trigger import TRIGGER, EventTrigger, TimeTrigger


@dataclass(frozen=True, slots=True)
class ActiveRule:
    """A rule that may act, ready to be asked."""

    id: UUID
    version: int
    name: str
    since: datetime
    trigger: EventTrigger | TimeTrigger
    judged: Judged
    actions: Sequence[Action]
    stop: bool

    @property
    def condition(self) -> Condition | None:
        """None: any ticket; unless the rule is broken."""
        return self.judged.condition

    @property
    def is_broken(self) -> bool:
        """Whether its condition names what is not there: then it holds of no ticket."""
        return bool(self.judged.of_condition)

    def holds(self, row: Mapping[Any, Any], now: datetime) -> bool:
        """Whether the condition holds of the ticket."""
        if self.is_broken:
            return False
        return self.condition is None or holds(self.condition, row, now=now, me=self.id)


@dataclass(frozen=True)
class ActiveRules:
    """The rules of one edition, in their order."""

    editions: tuple[UUID, UUID] | None = None
    """Of the rules, and of the fields that their conditions were checked by."""
    by_id: Mapping[UUID, ActiveRule] = field(default_factory=dict)
    by_happening: Mapping[Happening, Sequence[ActiveRule]] = field(default_factory=dict)
    """Those that are asked when it happens."""
    timed_by: Mapping[Happening, Sequence[ActiveRule]] = field(default_factory=dict)
    """Those about time whose moment it may move."""


_HELD = [ActiveRules()]
_EDITIONS = sa.select(rule_edition.c.edition, EDITION)
# One statement, so one snapshot: the edition is that of the rules beside it.
_LOAD = (
    sa.select(
        rule_edition.c.edition,
        rule.c.id,
        rule.c.version,
        rule.c.active_since,
        rule_version.c.name,
        rule_version.c.trigger,
        rule_version.c.conditions,
        rule_version.c.actions,
        rule_version.c.stop,
    )
    .select_from(rule_edition)
    .outerjoin(rule, sa.and_(rule.c.active, rule.c.removed_at.is_(None)))
    .outerjoin(rule_version, sa.and_(rule_version.c.rule_id == rule.c.id, rule_version.c.version == rule.c.version))
    .order_by(rule.c.position, rule.c.id)
)


async def active_rules(db: Db) -> ActiveRules:
    """The rules that are active now."""
    row = (await db.execute(_EDITIONS)).one()
    if _HELD[0].editions != (row.edition, row.field_edition):
        _HELD[0] = await _load(db, row.field_edition)
    return _HELD[0]


async def _load(db: Db, fields: UUID) -> ActiveRules:
    definitions = await at_edition(db, fields)
    rows = (await db.execute(_LOAD)).all()
    found = [_active(row, judged_condition(row.conditions, definitions)) for row in rows if row.id is not None]
    asked: dict[Happening, list[ActiveRule]] = {}
    timed: dict[Happening, list[ActiveRule]] = {}
    for one in found:
        is_timed = isinstance(one.trigger, TimeTrigger)
        for happening in dict.fromkeys(movers(one.trigger) if isinstance(one.trigger, TimeTrigger) else one.trigger.on):
            (timed if is_timed else asked).setdefault(happening, []).append(one)
    return ActiveRules((rows[0].edition, definitions.edition), {one.id: one for one in found}, asked, timed)


def _active(row: Any, judged: Judged) -> ActiveRule:
    return ActiveRule(
        id=row.id,
        version=row.version,
        name=row.name,
        since=row.active_since,
        trigger=TRIGGER.validate_python(row.trigger),
        judged=judged,
        actions=ACTIONS.validate_python(row.actions),
        stop=row.stop,
    )
