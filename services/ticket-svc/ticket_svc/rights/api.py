"""The routes of erasures and legal holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import Depends, Path, Request, Response

from common.http.cursors import Page, Pages
from common.http.etag import IfMatch
from common.http.given import Who
from common.http.problems import ProblemDocument
from common.http.route import Now, Reads, Router, Tx, needs, once
from ticket_svc.fields.definitions import KEY
from ticket_svc.rights import deletions, holds, read, share
from ticket_svc.rights.ask import ask_erasure
from ticket_svc.rights.export import ask_export, one_export
from ticket_svc.rights.read import Keeps
from ticket_svc.rights.retention import one_retention, set_retention
from ticket_svc.rights.schemas import (
    DeletionView,
    ErasureView,
    ExportView,
    HoldView,
    NewErasure,
    NewExport,
    NewHold,
    NewRetention,
    PersonData,
    RetentionView,
    TicketData,
)
from ticket_svc.settings import Settings

router = Router(prefix="/v1", tags=["rights"])

_CONFLICT: dict[int | str, dict[str, Any]] = {409: {"model": ProblemDocument, "description": "Not as it stands"}}
_ASKED: dict[int | str, dict[str, Any]] = {
    **_CONFLICT,
    412: {"model": ProblemDocument, "description": "Changed or merged meanwhile"},
    428: {"model": ProblemDocument, "description": "If-Match is missing"},
}


async def keeps(request: Request) -> Keeps:
    """How long copies are kept that nobody can reach into."""
    settings = cast("Settings", request.app.state.platform.settings)
    return Keeps(bus=timedelta(days=settings.bus_days), backups=timedelta(days=settings.backup_days))


Kept = Annotated[Keeps, Depends(keeps)]


@router.post(
    "/customers/{customer_id}/erasure",
    status_code=202,
    responses=_ASKED,
    dependencies=[needs("customers:erase"), once],
)
async def ask(
    customer_id: UUID, wanted: NewErasure, seen: IfMatch, db: Tx, who: Who, now: Now, kept: Kept, response: Response
) -> ErasureView:
    """Have a customer's data erased for good: who they are at once, what was said in their tickets soon after."""
    view = await ask_erasure(db, who, customer_id=customer_id, wanted=wanted, seen=seen, keeps=kept, now=now)
    response.headers["Location"] = f"/v1/erasures/{view.id}"
    return view


@router.get("/erasures", dependencies=[needs("customers:erase")])
async def list_(db: Reads, paging: Pages, kept: Kept) -> Page[ErasureView]:
    """The receipts of all erasures, newest first: what to ask for again after a restore."""
    return await read.list_erasures(db, paging, keeps=kept)


@router.get("/erasures/{erasure_id}", dependencies=[needs("customers:erase")])
async def one(erasure_id: UUID, db: Reads, kept: Kept) -> ErasureView:
    """The receipt of an erasure: what each service has erased, and when all was."""
    return await read.one_erasure(db, erasure_id, keeps=kept)


@router.put("/customers/{customer_id}/hold", responses=_CONFLICT, dependencies=[needs("customers:erase")])
async def set_hold(customer_id: UUID, wanted: NewHold, db: Tx, who: Who, now: Now) -> HoldView:
    """Forbid that the customer's data be erased."""
    return await holds.set_hold(db, who, customer_id=customer_id, reason=wanted.reason, now=now)


@router.get("/customers/{customer_id}/hold", dependencies=[needs("customers:read")])
async def hold(customer_id: UUID, db: Reads) -> HoldView:
    """The legal hold on the customer's data."""
    return await holds.one_hold(db, customer_id)


@router.delete(
    "/customers/{customer_id}/hold", status_code=204, responses=_CONFLICT, dependencies=[needs("customers:erase")]
)
async def lift_hold(customer_id: UUID, db: Tx, who: Who, now: Now) -> None:
    """Allow it again."""
    await holds.lift_hold(db, who, customer_id=customer_id, now=now)


@router.post(
    "/customers/{customer_id}/export",
    status_code=201,
    responses=_CONFLICT,
    dependencies=[needs("customers:export"), once],
)
async def ask_copy(customer_id: UUID, wanted: NewExport, db: Tx, who: Who, now: Now, response: Response) -> ExportView:
    """Have a copy of a customer's data made: it can be read for a day, part by part."""
    view = await ask_export(db, who, customer_id=customer_id, wanted=wanted, now=now)
    response.headers["Location"] = f"/v1/customer-exports/{view.id}"
    return view


@router.get("/customer-exports/{export_id}", dependencies=[needs("customers:export")])
async def export(export_id: UUID, db: Reads, now: Now) -> ExportView:
    """What an export is made of, and where each service's part is read."""
    return await one_export(db, export_id, now=now)


@router.get("/customer-exports/{export_id}/person", dependencies=[needs("customers:export")])
async def person(export_id: UUID, db: Reads, now: Now) -> PersonData:
    """Who the customer is to us: every row that there is of them."""
    return await share.person_of(db, export_id, now=now)


@router.get("/customer-exports/{export_id}/tickets", dependencies=[needs("customers:export")])
async def tickets(export_id: UUID, db: Reads, paging: Pages, now: Now) -> Page[TicketData]:
    """The customer's tickets with all that was said in them, oldest first."""
    return await share.tickets_of(db, export_id, paging, now=now)


TypeInPath = Annotated[str, Path(pattern=KEY)]


@router.get("/ticket-types/{key}/retention", dependencies=[needs("tickets:read")])
async def retention(key: TypeInPath, db: Reads, now: Now) -> RetentionView:
    """How long tickets of this type are kept, and how many would go by now."""
    return await one_retention(db, key, now=now)


@router.put("/ticket-types/{key}/retention", dependencies=[needs("customers:erase")])
async def retain(key: TypeInPath, wanted: NewRetention, db: Tx, who: Who, now: Now) -> RetentionView:
    """Say how long tickets of this type are kept. Nothing goes before a day has passed."""
    return await set_retention(db, who, key, wanted=wanted, now=now)


@router.get("/deletions", dependencies=[needs("customers:erase")])
async def deleted(db: Reads, paging: Pages) -> Page[DeletionView]:
    """The receipts of tickets that were deleted because their type's retention says so, newest first."""
    return await deletions.list_deletions(db, paging)
