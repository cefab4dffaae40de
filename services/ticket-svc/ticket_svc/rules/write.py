"""Writing a version of a rule: one change of the rules at a time, and every process learns that there was one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.db import Db
from common.http.identity import Caller
from common.ids import new_id
from ticket_svc.fields.fill_in import refuse
from ticket_svc.rules.schemas import ACTIONS, RuleContent, What
from ticket_svc.rules.sound import judged
from ticket_svc.rules.tables import rule, rule_edition, rule_version
from ticket_svc.rules.there import what_is_there
from ticket_svc.rules.trigger import TRIGGER
from ticket_svc.trail.write import doer

_NEXT = sa.update(rule_edition).values(edition=sa.bindparam("next_edition", type_=sa.Uuid))
_HEAD = ("version", "position", "active")
_UPDATE = sa.update(rule).where(rule.c.id == sa.bindparam("of_rule"))


async def begin_edition(db: Db) -> None:
    """Make a new edition. Its row is locked until the commit, so nobody else changes a rule meanwhile."""
    await db.execute(_NEXT, {"next_edition": new_id()})


async def must_be_sound(db: Db, wanted: RuleContent) -> None:
    """Raise Invalid, which names every fault, unless the rule can be kept."""
    refuse(judged(wanted.trigger, wanted.conditions, wanted.actions, await what_is_there(db, wanted.actions)).faults)


def stored(wanted: RuleContent) -> dict[str, Any]:
    """What the rule says, as it is stored: of an update what was given and nothing else."""
    return {
        "name": wanted.name,
        "trigger": TRIGGER.dump_python(wanted.trigger, mode="json", exclude_unset=True),
        "conditions": wanted.conditions,
        "actions": ACTIONS.dump_python(wanted.actions, mode="json", exclude_unset=True),
        "stop": wanted.stop,
    }


async def write_version(
    db: Db, who: Caller, rule_id: UUID, values: Mapping[str, Any], *, what: What, now: datetime, **head: Any
) -> None:
    """Write a version of a rule that is there, and make it the present one; `head` are other columns of its own."""
    by = doer(who)
    made = {"what": what, "by_kind": by.kind, "by_id": by.id, "by_name": by.name, "at": now}
    names = ("version", "name", "active", "position", "trigger", "conditions", "actions", "stop")
    version = {"rule_id": rule_id, **{name: values[name] for name in names}, **made}
    await db.execute(sa.insert(rule_version), version)
    changed = {**{name: values[name] for name in _HEAD}, **head}
    await db.execute(_UPDATE.values(changed), {"of_rule": rule_id})
