"""Revoking an API key."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from common.db import Db
from common.http.problems import NotFound
from gateway.keys.tables import api_key


async def revoke_key(db: Db, key_id: UUID, now: datetime) -> None:
    """The key opens nothing any more (see identities.py for how soon). Again changes nothing. Raises NotFound."""
    first = sa.func.coalesce(api_key.c.revoked_at, now)
    found = await db.execute(sa.update(api_key).where(api_key.c.id == key_id).values(revoked_at=first))
    if found.rowcount == 0:
        raise NotFound("There is no key with this id.")
