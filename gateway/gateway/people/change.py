"""Changing a member of staff: name, role, language, password, or whether they may come in at all."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common import outbox
from common.contracts.gateway import UserUpdated
from common.db import Db
from common.http import etag
from common.http.problems import Conflict, NotFound
from gateway.people.last_admin import leaves_no_admin
from gateway.people.session import end_sessions_of
from gateway.people.tables import person


class LastAdmin(Conflict):
    """The platform would be left without an active admin."""


async def change_person(
    db: Db, person_id: UUID, changes: dict[str, Any], *, password_hash: str | None, seen: int, now: datetime
) -> Any:
    """Apply `changes`, a ChangePerson without its password; the row after.

    Raises NotFound, StaleVersion or LastAdmin.
    """
    before = await lock(db, person_id)
    etag.guard(before.version, seen)
    if leaves_no_admin(before.role, before.active, changes) and not await _other_admins(db, person_id):
        raise LastAdmin("Make somebody else an admin first.")
    if password_hash:
        changes = {**changes, "password_hash": password_hash}
    after = await write(db, before, changes, now=now)
    if password_hash or not after.active:
        await end_sessions_of(db, person_id)
    return after


async def lock(db: Db, person_id: UUID) -> Any:
    """The row of somebody, locked. Raises NotFound."""
    row = (await db.execute(sa.select(person).where(person.c.id == person_id).with_for_update())).one_or_none()
    if row is None:
        raise NotFound("There is no user with this id.")
    return row


async def write(db: Db, before: Any, changes: dict[str, Any], *, now: datetime) -> Any:
    """Write what differs from the locked row `before` and say it; the row after, which is `before` if nothing does."""
    differs = {name: value for name, value in changes.items() if getattr(before, name) != value}
    if not differs:
        return before
    change = sa.update(person).where(person.c.id == before.id)
    change = change.values(**differs, version=before.version + 1, updated_at=now)
    after = (await db.execute(change.returning(person))).one()
    said = UserUpdated(user_id=after.id, name=after.name, role=after.role, language=after.language, active=after.active)
    await outbox.say(db, said, about=after.id, version=after.version, now=now)
    return after


async def _other_admins(db: Db, person_id: UUID) -> bool:
    # One demotion at a time: of two admins who demote each other at once, the second finds nobody left.
    await db.execute(sa.text("SELECT pg_advisory_xact_lock(hashtextextended('gateway.last_admin', 0))"))
    others = sa.select(person.c.id).where(person.c.role == "admin", person.c.active, person.c.id != person_id)
    return (await db.execute(others.limit(1))).first() is not None
