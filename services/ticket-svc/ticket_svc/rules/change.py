"""Changing a rule: each change is a version of its own, and so is letting it act or not."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from common.db import Db
from common.http import etag
from common.http.identity import Caller
from ticket_svc.rules.read import one_rule, present_row
from ticket_svc.rules.schemas import RuleChange, RuleContent, RuleView, What
from ticket_svc.rules.write import begin_edition, must_be_sound, stored, write_version

_SAYS = ("name", "trigger", "conditions", "actions", "stop")


async def change_rule(db: Db, who: Caller, *, rule_id: UUID, wanted: RuleChange, seen: int, now: datetime) -> RuleView:
    """Change a rule; nothing new makes no version. Raises NoSuchRule, StaleVersion, Invalid.

    One that is only put out of use need not be sound: often that is why.
    """
    await begin_edition(db)
    row = await present_row(db, rule_id)
    etag.guard(row.version, seen)
    given = wanted.model_dump(include=wanted.model_fields_set & {*_SAYS}, exclude_unset=True)
    kept = {name: value for name, value in given.items() if value is not None or name == "conditions"}
    before = {name: getattr(row, name) for name in _SAYS}
    says = stored(RuleContent.model_validate({**before, **kept})) if kept else before
    active = row.active if wanted.active is None else wanted.active
    what = _what(says != before, active=active, was_active=row.active)
    if what is None:
        return await one_rule(db, rule_id)
    if active or kept:
        await must_be_sound(db, RuleContent.model_validate(says))
    since = now if what == "activated" or (active and not row.active) else row.active_since
    head = {"version": row.version + 1, "position": row.position, "active": active}
    await write_version(db, who, rule_id, {**says, **head}, what=what, now=now, active_since=since if active else None)
    return await one_rule(db, rule_id)


def _what(is_other: bool, *, active: bool, was_active: bool) -> What | None:
    if active != was_active:
        return "activated" if active else "deactivated"
    return "changed" if is_other else None


async def remove_rule(db: Db, who: Caller, *, rule_id: UUID, seen: int | None, now: datetime) -> None:
    """Remove a rule; its versions stay, and what it did. Raises NoSuchRule, StaleVersion."""
    await begin_edition(db)
    row = await present_row(db, rule_id)
    etag.guard(row.version, row.version if seen is None else seen)
    values: dict[str, Any] = {name: getattr(row, name) for name in (*_SAYS, "position")}
    values |= {"version": row.version + 1, "active": False}
    await write_version(db, who, rule_id, values, what="removed", now=now, active_since=None, removed_at=now)
