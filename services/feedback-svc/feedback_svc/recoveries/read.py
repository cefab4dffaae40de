"""Reading recoveries: the most urgent first."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from common.db import ReadDb
from common.http.cursors import Page, Paging
from feedback_svc.customers.person import person_of
from feedback_svc.recoveries.close import NoSuchRecovery
from feedback_svc.recoveries.schemas import RecoveryState, RecoveryView
from feedback_svc.recoveries.tables import recovery


async def list_recoveries(
    db: ReadDb,
    page: Paging,
    *,
    state: RecoveryState | None = None,
    ticket_id: UUID | None = None,
    customer_id: UUID | None = None,
) -> Page[RecoveryView]:
    """Recoveries by their deadline, the earliest first. Raises BadCursor."""
    wanted = sa.select(recovery).order_by(recovery.c.due_at, recovery.c.id).limit(page.limit + 1)
    if state:
        wanted = wanted.where(recovery.c.state == state)
    if ticket_id:
        wanted = wanted.where(recovery.c.ticket_id == ticket_id)
    if customer_id:
        wanted = wanted.where(recovery.c.customer_id.in_(await person_of(db, customer_id)))
    position = page.after("recoveries")
    if position:
        due, last = datetime.fromisoformat(position[0]), UUID(position[1])
        wanted = wanted.where(sa.tuple_(recovery.c.due_at, recovery.c.id) > sa.tuple_(due, last))
    rows = (await db.execute(wanted)).all()
    items = [RecoveryView.model_validate(row) for row in rows[: page.limit]]
    last_shown = items[-1] if len(rows) > page.limit else None
    more = page.next("recoveries", [last_shown.due_at.isoformat(), last_shown.id]) if last_shown else None
    return Page(items=items, next_cursor=more)


async def read_recovery(db: ReadDb, recovery_id: UUID) -> RecoveryView:
    """One recovery. Raises NoSuchRecovery."""
    row = (await db.execute(sa.select(recovery).where(recovery.c.id == recovery_id))).one_or_none()
    if row is None:
        raise NoSuchRecovery("There is no recovery with this id.")
    return RecoveryView.model_validate(row)
