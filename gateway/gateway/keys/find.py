"""Whose key a token is."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

import sqlalchemy as sa

from common.db import Database
from common.http.identity import Caller
from gateway.keys.tables import api_key
from gateway.keys.token import Token

_NOTE_USE_EVERY = timedelta(minutes=10)
_FIND = sa.select(api_key).where(
    api_key.c.id == sa.bindparam("key_id"),
    api_key.c.revoked_at.is_(None),
    sa.or_(api_key.c.expires_at.is_(None), api_key.c.expires_at > sa.bindparam("now")),
)


async def whose_key(database: Database, token: Token, *, now: datetime) -> Caller | None:
    """The caller that a live key stands for, or None."""
    async with database.reading() as db:
        row = (await db.execute(_FIND, {"key_id": token.id, "now": now})).one_or_none()
    if row is None or not hmac.compare_digest(row.secret_hash, token.hash):
        return None
    if row.last_used_at is None or now - row.last_used_at > _NOTE_USE_EVERY:
        async with database.transaction() as writing:
            await writing.execute(sa.update(api_key).where(api_key.c.id == row.id).values(last_used_at=now))
    return Caller(id=row.id, kind="key", role=row.role, name=row.name, scopes=frozenset(row.scopes))
