"""The HTTP door of recoveries."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from common.http.cursors import Page, Pages
from common.http.given import Who
from common.http.problems import ProblemDocument
from common.http.route import Now, Reads, Router, Tx, needs, once
from feedback_svc.recoveries.close import close_recovery
from feedback_svc.recoveries.read import list_recoveries, read_recovery
from feedback_svc.recoveries.schemas import CloseRecovery, RecoveryState, RecoveryView

router = Router(prefix="/v1/recoveries", tags=["recoveries"])
CLOSED: dict[int | str, dict[str, Any]] = {409: {"model": ProblemDocument, "description": "It is closed already"}}


@router.get("", dependencies=[needs("recoveries:read")])
async def recoveries(
    db: Reads,
    page: Pages,
    state: Annotated[RecoveryState | None, Query()] = None,
    ticket_id: Annotated[UUID | None, Query()] = None,
    customer_id: Annotated[UUID | None, Query()] = None,
) -> Page[RecoveryView]:
    """Low scores to be made good, by their deadline."""
    return await list_recoveries(db, page, state=state, ticket_id=ticket_id, customer_id=customer_id)


@router.get("/{recovery_id}", dependencies=[needs("recoveries:read")])
async def recovery(recovery_id: UUID, db: Reads) -> RecoveryView:
    """One recovery."""
    return await read_recovery(db, recovery_id)


@router.post("/{recovery_id}/close", dependencies=[needs("recoveries:write"), once], responses=CLOSED)
async def close(recovery_id: UUID, wanted: CloseRecovery, db: Tx, who: Who, now: Now) -> RecoveryView:
    """Close a recovery with its outcome."""
    return await close_recovery(db, who, recovery_id, outcome=wanted.outcome, now=now)
