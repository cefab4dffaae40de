"""Hearing that customers were merged, or parted again: who is one person changes, and nothing that is kept of them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from common.contracts.base import Heard
from common.contracts.tickets import CustomerMerged, CustomerUnmerged
from common.db import Db
from feedback_svc.customers.tables import merged_customer

_insert = insert(merged_customer)
_KEEP = _insert.on_conflict_do_update(
    index_elements=["customer_id"],
    set_={name: _insert.excluded[name] for name in ("survivor_id", "version")},
    where=merged_customer.c.version < _insert.excluded.version,
)


async def on_customer_merged(db: Db, heard: Heard[CustomerMerged], now: datetime) -> None:  # noqa: ARG001 every listener is given the time
    """From now on they are part of the survivor."""
    await _keep(db, heard, heard.data.survivor_id)


async def on_customer_unmerged(db: Db, heard: Heard[CustomerUnmerged], now: datetime) -> None:  # noqa: ARG001 as above
    """From now on they stand alone."""
    await _keep(db, heard, None)


async def _keep(db: Db, heard: Heard[CustomerMerged] | Heard[CustomerUnmerged], survivor_id: UUID | None) -> None:
    row = {"customer_id": heard.data.customer_id, "survivor_id": survivor_id, "version": heard.sequence}
    await db.execute(_KEEP, row)
