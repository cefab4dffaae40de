"""The attributes' routes."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response

from common.http import etag
from common.http.cursors import Page, Pages
from common.http.etag import IfMatch
from common.http.problems import ProblemDocument
from common.http.route import Now, Reads, Router, Tx, needs, once
from ticket_svc.attributes import read
from ticket_svc.attributes.check import About
from ticket_svc.attributes.declare import change_attribute, declare
from ticket_svc.attributes.schemas import AttributeChange, AttributeView, NewAttribute

router = Router(prefix="/v1/attributes", tags=["attributes"])

_DECLARED: dict[int | str, dict[str, Any]] = {409: {"model": ProblemDocument, "description": "Declared already"}}
_VERSIONED: dict[int | str, dict[str, Any]] = {
    412: {"model": ProblemDocument, "description": "Changed meanwhile"},
    428: {"model": ProblemDocument, "description": "If-Match is missing"},
}


def tell(response: Response, view: AttributeView) -> AttributeView:
    """Say the version of what is answered, and where it stands."""
    response.headers["Location"] = f"/v1/attributes/{view.id}"
    etag.tag(response, view.version)
    return view


@router.post("", status_code=201, responses=_DECLARED, dependencies=[needs("attributes:write"), once])
async def declare_(wanted: NewAttribute, db: Tx, now: Now, response: Response) -> AttributeView:
    """Declare an attribute of customers or of organisations."""
    return tell(response, await declare(db, wanted, now=now))


@router.get("", dependencies=[needs("customers:read")])
async def list_(db: Reads, paging: Pages, about: Annotated[About | None, Query()] = None) -> Page[AttributeView]:
    """Declared attributes."""
    return await read.list_attributes(db, about, paging)


@router.get("/{attribute_id}", dependencies=[needs("customers:read")])
async def one(attribute_id: UUID, db: Reads, response: Response) -> AttributeView:
    """One attribute."""
    return tell(response, await read.one_attribute(db, attribute_id))


@router.patch("/{attribute_id}", responses=_VERSIONED, dependencies=[needs("attributes:write")])
async def change(
    attribute_id: UUID, wanted: AttributeChange, seen: IfMatch, db: Tx, now: Now, response: Response
) -> AttributeView:
    """Change an attribute's labels or choices."""
    return tell(response, await change_attribute(db, attribute_id, wanted=wanted, seen=seen, now=now))
