"""Changing one's own password."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from common.db import Database
from common.http.problems import NotFound, invalid
from gateway.people import change
from gateway.people.passwords import hash_password, is_right
from gateway.people.session import end_sessions_of
from gateway.people.tables import person


async def change_own_password(database: Database, person_id: UUID, *, current: str, new: str, now: datetime) -> None:
    """Replace the password and end all sessions, this one too. Raises NotFound for a caller who is no person."""
    async with database.reading() as reading:
        kept = await reading.execute(sa.select(person.c.password_hash).where(person.c.id == person_id))
        found = kept.one_or_none()
    if found is None:
        raise NotFound("Only people have passwords.")
    if not await is_right(current, found.password_hash):
        raise invalid("/current", "This is not the current password.", "wrong_password")
    hashed = await hash_password(new)
    async with database.transaction() as db:
        before = await change.lock(db, person_id)
        await change.write(db, before, {"password_hash": hashed}, now=now)
        await end_sessions_of(db, person_id)
