"""The routes of joining customers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import Response

from common.http import etag
from common.http.given import Who
from common.http.problems import ProblemDocument
from common.http.route import Now, Router, Tx, needs
from ticket_svc.customers.schemas import CustomerView
from ticket_svc.joining.merge import merge_customer
from ticket_svc.joining.schemas import Merge, Unmerge
from ticket_svc.joining.unmerge import unmerge_customer

router = Router(prefix="/v1/customers", tags=["customers"])

_MERGE: dict[int | str, dict[str, Any]] = {
    409: {"model": ProblemDocument, "description": "One person already, or merged elsewhere before"}
}
_UNMERGE: dict[int | str, dict[str, Any]] = {
    409: {"model": ProblemDocument, "description": "Not merged, too long ago, or another merge is to be undone first"}
}


def tell(response: Response, view: CustomerView) -> CustomerView:
    """Say whom the answer is about, and their version."""
    response.headers["Content-Location"] = f"/v1/customers/{view.id}"
    etag.tag(response, view.version)
    return view


@router.post("/{customer_id}/merge", responses=_MERGE, dependencies=[needs("customers:merge")])
async def merge(customer_id: UUID, wanted: Merge, db: Tx, who: Who, now: Now, response: Response) -> CustomerView:
    """Merge the customer into another, who is answered."""
    return tell(response, await merge_customer(db, who, customer_id=customer_id, wanted=wanted, now=now))


@router.post("/{customer_id}/unmerge", responses=_UNMERGE, dependencies=[needs("customers:merge")])
async def unmerge(customer_id: UUID, wanted: Unmerge, db: Tx, who: Who, now: Now, response: Response) -> CustomerView:
    """Undo the customer's merge; the customer is answered."""
    return tell(response, await unmerge_customer(db, who, customer_id=customer_id, wanted=wanted, now=now))
