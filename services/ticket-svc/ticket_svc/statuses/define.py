"""Naming a stage of the work."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from common.db import Db
from common.ids import new_id
from ticket_svc.audit.note import note
from ticket_svc.statuses.schemas import CustomStatusView, NewCustomStatus
from ticket_svc.statuses.tables import custom_status

_INSERT = sa.insert(custom_status).returning(*custom_status.c)


async def define_status(db: Db, wanted: NewCustomStatus, *, now: datetime) -> CustomStatusView:
    """The new custom status. A name that its category has already is refused by the database, as a conflict."""
    values = {**wanted.model_dump(), "id": new_id(), "active": True, "version": 1, "updated_at": now}
    made = CustomStatusView.model_validate((await db.execute(_INSERT, values)).one())
    note(db, "status", made.id, after=made, now=now)
    return made
