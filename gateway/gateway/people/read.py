"""Reading people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.db import ReadDb
from common.http.cursors import Page, Paging
from common.http.identity import Caller
from common.http.permissions import EVERY
from common.http.problems import NotFound
from gateway.people.schemas import Me, PersonView
from gateway.people.tables import person


async def one(db: ReadDb, person_id: UUID) -> Any:
    """Somebody. Raises NotFound."""
    row = (await db.execute(sa.select(person).where(person.c.id == person_id))).one_or_none()
    if row is None:
        raise NotFound("There is no user with this id.")
    return row


async def some(db: ReadDb, pages: Paging, *, role: str | None, active: bool | None) -> Page[PersonView]:
    """A page of people, newest first."""
    wanted = sa.select(person).order_by(person.c.id.desc()).limit(pages.limit + 1)
    after = pages.after("users")
    if after:
        wanted = wanted.where(person.c.id < UUID(after[0]))
    if role is not None:
        wanted = wanted.where(person.c.role == role)
    if active is not None:
        wanted = wanted.where(person.c.active.is_(active))
    rows = (await db.execute(wanted)).all()
    shown = [PersonView.model_validate(row) for row in rows[: pages.limit]]
    more = pages.next("users", [shown[-1].id]) if len(rows) > pages.limit else None
    return Page(items=shown, next_cursor=more)


def me(who: Caller) -> Me:
    """The caller, and what they may do."""
    may = sorted(permission for permission in EVERY if who.can(permission))
    return Me(id=who.id, kind=who.kind, name=who.name, role=who.role, permissions=may)
