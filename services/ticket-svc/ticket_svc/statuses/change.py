"""Renaming, ordering and retiring a custom status. Tickets that stand in it keep it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from common.db import Db
from common.http import etag
from ticket_svc.audit.note import note
from ticket_svc.statuses.read import one_status
from ticket_svc.statuses.schemas import CustomStatusChange, CustomStatusView
from ticket_svc.statuses.tables import custom_status


async def change_status(
    db: Db, status_id: UUID, *, wanted: CustomStatusChange, seen: int, now: datetime
) -> CustomStatusView:
    """The custom status after the change. Raises NoSuchStatus, StaleVersion."""
    before = await one_status(db, status_id, lock=True)
    etag.guard(before.version, seen)
    asked = wanted.model_dump(exclude_unset=True, exclude_none=True)
    values = {name: value for name, value in asked.items() if getattr(before, name) != value}
    if not values:
        return before
    update = sa.update(custom_status).where(custom_status.c.id == status_id)
    changed = update.values(**values, version=custom_status.c.version + 1, updated_at=now)
    after = CustomStatusView.model_validate((await db.execute(changed.returning(*custom_status.c))).one())
    note(db, "status", after.id, before=before, after=after, now=now)
    return after
