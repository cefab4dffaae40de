"""Reading API keys."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from common.db import ReadDb
from common.http.cursors import Page, Paging
from gateway.keys.schemas import KeyView
from gateway.keys.tables import api_key


async def some(db: ReadDb, pages: Paging) -> Page[KeyView]:
    """A page of keys, newest first; revoked ones too."""
    wanted = sa.select(api_key).order_by(api_key.c.id.desc()).limit(pages.limit + 1)
    after = pages.after("keys")
    if after:
        wanted = wanted.where(api_key.c.id < UUID(after[0]))
    rows = (await db.execute(wanted)).all()
    shown = [KeyView.model_validate(row) for row in rows[: pages.limit]]
    more = pages.next("keys", [shown[-1].id]) if len(rows) > pages.limit else None
    return Page(items=shown, next_cursor=more)
