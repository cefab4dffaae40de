"""Sessions: a random cookie, kept as its SHA-256; 12 hours from the last use."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

import sqlalchemy as sa

from common.db import Database, Db
from common.http.identity import Caller
from gateway.people.tables import person, session

COOKIE = "kefu_session"
LIFETIME = timedelta(hours=12)
_SLIDE_AFTER = timedelta(minutes=10)
"""A session in use is written at most this often."""


def hash_of(token: str) -> bytes:
    """What is kept of a token: it has 256 random bits, so a fast hash is enough."""
    return sha256(token.encode()).digest()


async def begin_session(db: Db, person_id: UUID, *, now: datetime) -> str:
    """Begin a session; its token, which is not kept. Sessions that expired are removed on the way."""
    token = secrets.token_urlsafe(32)
    await db.execute(sa.delete(session).where(session.c.expires_at <= now))
    row = {"token_hash": hash_of(token), "person_id": person_id, "created_at": now, "expires_at": now + LIFETIME}
    await db.execute(sa.insert(session).values(row))
    return token


async def end_session(db: Db, token: str) -> None:
    """End the session of `token`, if there is one."""
    await db.execute(sa.delete(session).where(session.c.token_hash == hash_of(token)))


async def end_sessions_of(db: Db, person_id: UUID) -> None:
    """End all sessions of somebody."""
    await db.execute(sa.delete(session).where(session.c.person_id == person_id))


_FIND = (
    sa.select(person.c.id, person.c.name, person.c.role, session.c.expires_at)
    .join(session, session.c.person_id == person.c.id)
    .where(session.c.token_hash == sa.bindparam("hash"), session.c.expires_at > sa.bindparam("now"), person.c.active)
)


async def whose_session(database: Database, token: str, *, now: datetime, slide: bool = True) -> Caller | None:
    """Who has this session, if it lives; `slide` lets it live on from now."""
    found = hash_of(token)
    async with database.reading() as db:
        row = (await db.execute(_FIND, {"hash": found, "now": now})).one_or_none()
    if row is None:
        return None
    if slide and row.expires_at - now < LIFETIME - _SLIDE_AFTER:
        async with database.transaction() as writing:
            later = sa.update(session).where(session.c.token_hash == found).values(expires_at=now + LIFETIME)
            await writing.execute(later)
    return Caller(id=row.id, kind="user", role=row.role, name=row.name)
