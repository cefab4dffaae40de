"""Finding rules: as they stand, and as they were."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.db import Db, ReadDb
from common.http.cursors import Page, Paging
from common.http.problems import FieldError, NotFound
from ticket_svc.rules.foresee import Action
from ticket_svc.rules.schemas import ACTIONS, RuleVersion, RuleView
from ticket_svc.rules.sound import There, judged
from ticket_svc.rules.tables import rule, rule_version
from ticket_svc.rules.there import what_is_there
from ticket_svc.rules.trigger import TRIGGER
from ticket_svc.trail.schemas import Actor


class NoSuchRule(NotFound):
    """No rule, or no version of it, has this id."""


PRESENT = (
    sa.select(
        rule,
        rule_version.c.name,
        rule_version.c.trigger,
        rule_version.c.conditions,
        rule_version.c.actions,
        rule_version.c.stop,
        rule_version.c.at.label("updated_at"),
        rule_version.c.by_name.label("updated_by"),
    )
    .join(rule_version, sa.and_(rule_version.c.rule_id == rule.c.id, rule_version.c.version == rule.c.version))
    .where(rule.c.removed_at.is_(None))
)
"""Rules with what they say now; not those that were removed."""
_ONE = PRESENT.where(rule.c.id == sa.bindparam("wanted_id"))
ALL = PRESENT.order_by(rule.c.position, rule.c.id)
_VERSION = sa.select(rule_version).where(rule_version.c.rule_id == sa.bindparam("wanted_id"))


async def present_row(db: Db | ReadDb, rule_id: UUID) -> Any:
    """A rule's row with what it says now. Raises NoSuchRule."""
    row = (await db.execute(_ONE, {"wanted_id": rule_id})).one_or_none()
    if row is None:
        raise NoSuchRule(f"There is no rule {rule_id}.")
    return row


async def one_rule(db: Db | ReadDb, rule_id: UUID) -> RuleView:
    """The rule with this id. Raises NoSuchRule."""
    return (await _views(db, [await present_row(db, rule_id)]))[0]


async def all_rules(db: Db | ReadDb) -> Page[RuleView]:
    """Every rule, in the order in which they are asked; those too that are not active."""
    rows = (await db.execute(ALL)).all()
    return Page(items=await _views(db, rows), next_cursor=None)


async def _views(db: Db | ReadDb, rows: Sequence[Any]) -> list[RuleView]:
    """The rules as people see them, with what they name that is not there."""
    actions = [ACTIONS.validate_python(row.actions) for row in rows]
    there = await what_is_there(db, [action for of_one in actions for action in of_one])
    return [_view(row, of_one, there) for row, of_one in zip(rows, actions, strict=True)]


def _view(row: Any, actions: Sequence[Action], there: There) -> RuleView:
    found = judged(TRIGGER.validate_python(row.trigger), row.conditions, actions, there)
    problems = [FieldError(pointer=one.pointer, detail=one.detail, code=one.code) for one in found.faults]
    names = RuleView.model_fields.keys() - {"problems"}
    return RuleView(**{name: getattr(row, name) for name in names}, problems=problems)


async def one_version(db: ReadDb, rule_id: UUID, version: int) -> RuleVersion:
    """A version of a rule, also of one that was removed. Raises NoSuchRule."""
    query = _VERSION.where(rule_version.c.version == sa.bindparam("wanted_version"))
    row = (await db.execute(query, {"wanted_id": rule_id, "wanted_version": version})).one_or_none()
    if row is None:
        raise NoSuchRule(f"There is no version {version} of a rule {rule_id}.")
    return _of_version(row)


async def list_versions(db: ReadDb, rule_id: UUID, paging: Paging) -> Page[RuleVersion]:
    """The versions of a rule, newest first. Raises NoSuchRule, BadCursor."""
    kind = f"versions of rule {rule_id}"
    query = _VERSION.order_by(rule_version.c.version.desc()).limit(paging.limit + 1)
    after = paging.after(kind)
    if after:
        query = query.where(rule_version.c.version < int(after[0]))
    rows = (await db.execute(query, {"wanted_id": rule_id})).all()
    if not rows and not after:
        raise NoSuchRule(f"There is no rule {rule_id}.")
    last = rows[paging.limit - 1] if len(rows) > paging.limit else None
    return Page(
        items=[_of_version(row) for row in rows[: paging.limit]],
        next_cursor=paging.next(kind, [last.version]) if last else None,
    )


def _of_version(row: Any) -> RuleVersion:
    names = RuleVersion.model_fields.keys() - {"by"}
    by = Actor(kind=row.by_kind, id=row.by_id, name=row.by_name)
    return RuleVersion(**{name: getattr(row, name) for name in names}, by=by)
