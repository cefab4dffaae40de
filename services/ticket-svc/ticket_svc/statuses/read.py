"""Finding custom statuses."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from common.db import Db, ReadDb
from common.http.problems import NotFound
from ticket_svc.statuses.schemas import CustomStatusView
from ticket_svc.statuses.tables import custom_status


class NoSuchStatus(NotFound):
    """No custom status has this id."""


_BY_ID = sa.select(custom_status).where(custom_status.c.id == sa.bindparam("wanted_id"))
_LOCKED = _BY_ID.with_for_update()
_ALL = sa.select(custom_status).order_by(custom_status.c.category, custom_status.c.position, custom_status.c.id)


async def one_status(db: Db | ReadDb, status_id: UUID, *, lock: bool = False) -> CustomStatusView:
    """The custom status with this id. Raises NoSuchStatus."""
    row = (await db.execute(_LOCKED if lock else _BY_ID, {"wanted_id": status_id})).one_or_none()
    if row is None:
        raise NoSuchStatus(f"There is no custom status {status_id}.")
    return CustomStatusView.model_validate(row)


async def all_statuses(db: ReadDb) -> list[CustomStatusView]:
    """Every custom status, retired ones too, by category and position."""
    return [CustomStatusView.model_validate(row) for row in await db.execute(_ALL)]
