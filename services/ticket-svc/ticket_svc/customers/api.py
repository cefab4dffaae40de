"""The customers' routes."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Response

from common.http import etag
from common.http.cursors import Page, Pages
from common.http.etag import IfMatch
from common.http.given import Who
from common.http.problems import ProblemDocument
from common.http.route import Now, Reads, Router, Tx, needs, once
from common.http.shapes import ExternalId, Word
from ticket_svc.customers import read
from ticket_svc.customers.create import create_customer
from ticket_svc.customers.identities import Added, add_identity, remove_identity, verify_identity
from ticket_svc.customers.identity import HandleKind, identity
from ticket_svc.customers.read import CustomerFilter
from ticket_svc.customers.schemas import (
    CustomerChange,
    CustomerView,
    Email,
    IdentityView,
    NewCustomer,
    NewIdentity,
    Phone,
    Tier,
)
from ticket_svc.customers.update import update_customer

router = Router(prefix="/v1/customers", tags=["customers"])

_CONFLICT: dict[int | str, dict[str, Any]] = {
    409: {"model": ProblemDocument, "description": "An identity belongs to another customer"}
}
_VERSIONED: dict[int | str, dict[str, Any]] = {
    **_CONFLICT,
    412: {"model": ProblemDocument, "description": "Changed or merged meanwhile"},
    428: {"model": ProblemDocument, "description": "If-Match is missing"},
}
_KNOWN: dict[int | str, dict[str, Any]] = {
    **_CONFLICT,
    200: {"model": CustomerView, "description": "The customer was known already"},
}
_ADDED: dict[int | str, dict[str, Any]] = {
    **_CONFLICT,
    200: {"model": IdentityView, "description": "The customer was recognised by it already"},
}


async def asked(
    email: Annotated[Email | None, Query()] = None,
    phone: Annotated[Phone | None, Query()] = None,
    external_id: Annotated[ExternalId | None, Query()] = None,
    wechat_unionid: Annotated[ExternalId | None, Query()] = None,
    wechat_openid: Annotated[ExternalId | None, Query()] = None,
    wechat_appid: Annotated[Word | None, Query(description="The scope of wechat_openid.")] = None,
    network: Annotated[HandleKind | None, Query(description="Of `handle`.")] = None,
    handle: Annotated[ExternalId | None, Query(description="A name at `network`; at none without one.")] = None,
    tier: Annotated[Tier | None, Query()] = None,
    organisation_id: Annotated[UUID | None, Query()] = None,
) -> CustomerFilter:
    """The filters of the list."""
    told = (
        ("external_id", external_id, None),
        ("wechat_unionid", wechat_unionid, None),
        ("wechat_openid", wechat_openid, wechat_appid),
        ("email", email, None),
        ("phone", phone, None),
        (network or "", handle, None),
    )
    known_by = tuple(identity(kind, value, scope) for kind, value, scope in told if value)
    return CustomerFilter(known_by, tier, organisation_id)


def tell(response: Response, view: CustomerView) -> CustomerView:
    """Say the version of what is answered."""
    etag.tag(response, view.version)
    return view


def tell_made(response: Response, view: CustomerView, *, created: bool) -> CustomerView:
    """Say where the customer stands, and with the status whether they were known before."""
    response.headers["Location"] = f"/v1/customers/{view.id}"
    response.status_code = 201 if created else 200
    return tell(response, view)


def tell_added(response: Response, added: Added) -> IdentityView:
    """Say the customer's version, and with the status whether the identity is new."""
    response.status_code = 201 if added.created else 200
    etag.tag(response, added.version)
    return added.view


@router.post("", status_code=201, responses=_KNOWN, dependencies=[needs("customers:write"), once])
async def create(wanted: NewCustomer, db: Tx, who: Who, now: Now, response: Response) -> CustomerView:
    """Make a customer known, or learn that they are."""
    view, created = await create_customer(db, who, wanted=wanted, now=now)
    return tell_made(response, view, created=created)


@router.get("", dependencies=[needs("customers:read")])
async def list_(
    db: Reads, who: Who, wanted: Annotated[CustomerFilter, Depends(asked)], paging: Pages
) -> Page[CustomerView]:
    """Customers, newest first; by any identity, in any spelling."""
    return await read.list_customers(db, wanted, paging, who=who)


@router.get("/{customer_id}", dependencies=[needs("customers:read")])
async def one(customer_id: UUID, db: Reads, who: Who, response: Response) -> CustomerView:
    """One customer; who was merged into another says so."""
    return tell(response, await read.one_customer(db, customer_id, who=who))


@router.patch("/{customer_id}", responses=_VERSIONED, dependencies=[needs("customers:write")])
async def change(
    customer_id: UUID, wanted: CustomerChange, seen: IfMatch, db: Tx, who: Who, now: Now, response: Response
) -> CustomerView:
    """Change what is known of a customer."""
    view = await update_customer(db, who, customer_id=customer_id, wanted=wanted, seen=seen, now=now)
    return tell(response, view)


@router.get("/{customer_id}/identities", dependencies=[needs("customers:read")])
async def identities(customer_id: UUID, db: Reads, who: Who, paging: Pages) -> Page[IdentityView]:
    """What the customer is recognised by, and where each came from."""
    return await read.list_identities(db, customer_id, paging, who=who)


@router.post(
    "/{customer_id}/identities", status_code=201, responses=_ADDED, dependencies=[needs("customers:write"), once]
)
async def add(customer_id: UUID, wanted: NewIdentity, db: Tx, who: Who, now: Now, response: Response) -> IdentityView:
    """Have the customer recognised by something more."""
    return tell_added(response, await add_identity(db, who, customer_id=customer_id, wanted=wanted, now=now))


@router.post(
    "/{customer_id}/identities/{identity_id}/verify", responses=_CONFLICT, dependencies=[needs("customers:write")]
)
async def verify(customer_id: UUID, identity_id: UUID, db: Tx, who: Who, now: Now, response: Response) -> IdentityView:
    """Record that it was made sure that the identity is the customer's."""
    added = await verify_identity(db, who, customer_id=customer_id, identity_id=identity_id, now=now)
    return tell_added(response, added)


@router.delete(
    "/{customer_id}/identities/{identity_id}",
    status_code=204,
    responses=_CONFLICT,
    dependencies=[needs("customers:write")],
)
async def remove(customer_id: UUID, identity_id: UUID, db: Tx, who: Who, now: Now) -> None:
    """Have the customer recognised by it no longer."""
    await remove_identity(db, who, customer_id=customer_id, identity_id=identity_id, now=now)
