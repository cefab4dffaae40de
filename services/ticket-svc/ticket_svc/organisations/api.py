"""The organisations' routes."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response

from common.http import etag
from common.http.cursors import Page, Pages
from common.http.etag import IfMatch
from common.http.problems import ProblemDocument
from common.http.route import Now, Reads, Router, Tx, needs, once
from common.http.shapes import ExternalId
from ticket_svc.organisations import read
from ticket_svc.organisations.create import create_organisation
from ticket_svc.organisations.schemas import Domain, NewOrganisation, OrganisationChange, OrganisationView
from ticket_svc.organisations.update import update_organisation

router = Router(prefix="/v1/organisations", tags=["organisations"])

_CONFLICT: dict[int | str, dict[str, Any]] = {
    409: {"model": ProblemDocument, "description": "Another organisation has the domain or the external_id"}
}
_KNOWN: dict[int | str, dict[str, Any]] = {
    **_CONFLICT,
    200: {"model": OrganisationView, "description": "The external_id was known already"},
}
_VERSIONED: dict[int | str, dict[str, Any]] = {
    **_CONFLICT,
    412: {"model": ProblemDocument, "description": "Changed meanwhile"},
    428: {"model": ProblemDocument, "description": "If-Match is missing"},
}


def tell(response: Response, view: OrganisationView) -> OrganisationView:
    """Say the version of what is answered."""
    etag.tag(response, view.version)
    return view


def tell_made(response: Response, view: OrganisationView, *, created: bool) -> OrganisationView:
    """Say where the organisation stands, and with the status whether it was known before."""
    response.headers["Location"] = f"/v1/organisations/{view.id}"
    response.status_code = 201 if created else 200
    return tell(response, view)


@router.post("", status_code=201, responses=_KNOWN, dependencies=[needs("customers:write"), once])
async def create(wanted: NewOrganisation, db: Tx, now: Now, response: Response) -> OrganisationView:
    """Make an organisation known, or learn that it is."""
    view, created = await create_organisation(db, wanted, now=now)
    return tell_made(response, view, created=created)


@router.get("", dependencies=[needs("customers:read")])
async def list_(
    db: Reads,
    paging: Pages,
    external_id: Annotated[ExternalId | None, Query()] = None,
    domain: Annotated[Domain | None, Query()] = None,
) -> Page[OrganisationView]:
    """Organisations, newest first."""
    return await read.list_organisations(db, external_id=external_id, domain=domain, paging=paging)


@router.get("/{organisation_id}", dependencies=[needs("customers:read")])
async def one(organisation_id: UUID, db: Reads, response: Response) -> OrganisationView:
    """One organisation."""
    return tell(response, await read.one_organisation(db, organisation_id))


@router.patch("/{organisation_id}", responses=_VERSIONED, dependencies=[needs("customers:write")])
async def change(
    organisation_id: UUID, wanted: OrganisationChange, seen: IfMatch, db: Tx, now: Now, response: Response
) -> OrganisationView:
    """Change an organisation."""
    return tell(response, await update_organisation(db, organisation_id, wanted=wanted, seen=seen, now=now))
