"""The customers' routes."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Response

from common.http import etag
from common.http.cursors import Page, Pages
from common.http.etag import IfMatch
from common.http.problems import ProblemDocument
from common.http.route import Now, Reads, Router, Tx, needs, once
from common.http.shapes import ExternalId
from ticket_svc.customers import read
from ticket_svc.customers.create import create_customer
from ticket_svc.customers.read import CustomerFilter
from ticket_svc.customers.schemas import CustomerChange, CustomerView, Email, NewCustomer, Phone, Tier
from ticket_svc.customers.update import update_customer

router = Router(prefix="/v1/customers", tags=["customers"])

_CONFLICT: dict[int | str, dict[str, Any]] = {
    409: {"model": ProblemDocument, "description": "An identity belongs to another customer"}
}
_VERSIONED: dict[int | str, dict[str, Any]] = {
    **_CONFLICT,
    412: {"model": ProblemDocument, "description": "Changed meanwhile"},
    428: {"model": ProblemDocument, "description": "If-Match is missing"},
}
_KNOWN: dict[int | str, dict[str, Any]] = {
    **_CONFLICT,
    200: {"model": CustomerView, "description": "The customer was known already"},
}


async def asked(
    email: Annotated[Email | None, Query()] = None,
    phone: Annotated[Phone | None, Query()] = None,
    external_id: Annotated[ExternalId | None, Query()] = None,
    tier: Annotated[Tier | None, Query()] = None,
) -> CustomerFilter:
    """The filters of the list."""
    return CustomerFilter(email=email, phone=phone, external_id=external_id, tier=tier)


def tell(response: Response, view: CustomerView) -> CustomerView:
    """Say the version of what is answered."""
    etag.tag(response, view.version)
    return view


def tell_made(response: Response, view: CustomerView, *, created: bool) -> CustomerView:
    """Say where the customer stands, and with the status whether they were known before."""
    response.headers["Location"] = f"/v1/customers/{view.id}"
    response.status_code = 201 if created else 200
    return tell(response, view)


@router.post("", status_code=201, responses=_KNOWN, dependencies=[needs("customers:write"), once])
async def create(wanted: NewCustomer, db: Tx, now: Now, response: Response) -> CustomerView:
    """Make a customer known, or learn that they are."""
    view, created = await create_customer(db, wanted, now=now)
    return tell_made(response, view, created=created)


@router.get("", dependencies=[needs("customers:read")])
async def list_(db: Reads, wanted: Annotated[CustomerFilter, Depends(asked)], paging: Pages) -> Page[CustomerView]:
    """Customers, newest first."""
    return await read.list_customers(db, wanted, paging)


@router.get("/{customer_id}", dependencies=[needs("customers:read")])
async def one(customer_id: UUID, db: Reads, response: Response) -> CustomerView:
    """One customer."""
    return tell(response, await read.one_customer(db, customer_id))


@router.patch("/{customer_id}", responses=_VERSIONED, dependencies=[needs("customers:write")])
async def change(
    customer_id: UUID, wanted: CustomerChange, seen: IfMatch, db: Tx, now: Now, response: Response
) -> CustomerView:
    """Change what is known of a customer."""
    return tell(response, await update_customer(db, customer_id, wanted=wanted, seen=seen, now=now))
