"""The routes of macros."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Body, Query, Response

from common.http import etag
from common.http.cursors import Page, Pages
from common.http.etag import IfMatch, IfMatchOrNot
from common.http.given import Who
from common.http.problems import ProblemDocument
from common.http.route import Now, Reads, Router, Tx, needs, once
from common.http.shapes import ONE_LINE
from ticket_svc.macros import read
from ticket_svc.macros.apply import apply_macro
from ticket_svc.macros.create import create_macro
from ticket_svc.macros.preview import preview_macro
from ticket_svc.macros.remove import remove_macro
from ticket_svc.macros.replace import replace_macro
from ticket_svc.macros.schemas import Choosing, MacroPreview, MacroUsed, MacroView, MacroWanted, Using
from ticket_svc.teams.standard import Standard

router = Router(prefix="/v1", tags=["macros"])

_Responses = dict[int | str, dict[str, Any]]
_MANY: _Responses = {409: {"model": ProblemDocument, "description": "You have made too many macros"}}
_STALE: _Responses = {412: {"model": ProblemDocument, "description": "Changed meanwhile"}}
_VERSIONED: _Responses = {**_STALE, 428: {"model": ProblemDocument, "description": "If-Match is missing"}}
_REFUSED: _Responses = {409: {"model": ProblemDocument, "description": "The macro cannot be used on this ticket so"}}
_Name = Annotated[
    str | None, Query(min_length=1, max_length=100, pattern=ONE_LINE, description="What stands in their names.")
]
_Inactive = Annotated[bool, Query(description="Those too that are not to be used any more.")]


def tell(response: Response, view: MacroView) -> MacroView:
    """Say the version of what is answered, and where it stands."""
    response.headers["Location"] = f"/v1/macros/{view.id}"
    etag.tag(response, view.version)
    return view


def tell_used(response: Response, used: MacroUsed) -> MacroUsed:
    """Say the ticket's version after it."""
    etag.tag(response, used.version)
    return used


@router.get("/macros", dependencies=[needs("tickets:write")])
async def list_(
    db: Reads, who: Who, now: Now, paging: Pages, name: _Name = None, inactive: _Inactive = False
) -> Page[MacroView]:
    """Your macros and those shared with everyone, by category, position and name."""
    return await read.list_macros(db, who, paging, name=name, inactive=inactive, now=now)


@router.post("/macros", status_code=201, responses=_MANY, dependencies=[needs("tickets:write"), once])
async def create(wanted: MacroWanted, db: Tx, who: Who, now: Now, response: Response) -> MacroView:
    """Keep a macro. To share it with everyone needs the permission macros:share."""
    return tell(response, await create_macro(db, who, wanted=wanted, now=now))


@router.get("/macros/{macro_id}", dependencies=[needs("tickets:write")])
async def one(macro_id: UUID, db: Reads, who: Who, now: Now, response: Response) -> MacroView:
    """One macro."""
    return tell(response, await read.one_macro(db, who, macro_id, now=now))


@router.put("/macros/{macro_id}", responses=_VERSIONED, dependencies=[needs("tickets:write")])
async def replace(
    macro_id: UUID, wanted: MacroWanted, seen: IfMatch, db: Tx, who: Who, now: Now, response: Response
) -> MacroView:
    """Replace a macro."""
    return tell(response, await replace_macro(db, who, macro_id=macro_id, wanted=wanted, seen=seen, now=now))


@router.delete("/macros/{macro_id}", status_code=204, responses=_STALE, dependencies=[needs("tickets:write")])
async def remove(macro_id: UUID, seen: IfMatchOrNot, db: Tx, who: Who, now: Now) -> None:
    """Remove a macro."""
    await remove_macro(db, who, macro_id=macro_id, seen=seen, now=now)


@router.post(
    "/tickets/{ticket_id}/macros/{macro_id}/preview", responses=_REFUSED, dependencies=[needs("tickets:write")]
)
async def preview(
    ticket_id: UUID,
    macro_id: UUID,
    db: Reads,
    who: Who,
    now: Now,
    wanted: Annotated[Choosing | None, Body()] = None,
) -> MacroPreview:
    """What using the macro on this ticket would say and do. Nothing is written."""
    return await preview_macro(db, who, ticket_id=ticket_id, macro_id=macro_id, wanted=wanted, now=now)


@router.post(
    "/tickets/{ticket_id}/macros/{macro_id}/apply",
    responses={**_REFUSED, **_STALE},
    dependencies=[needs("tickets:write"), once],
)
async def apply(
    ticket_id: UUID,
    macro_id: UUID,
    seen: IfMatchOrNot,
    db: Tx,
    who: Who,
    now: Now,
    standard: Standard,
    response: Response,
    wanted: Annotated[Using | None, Body()] = None,
) -> MacroUsed:
    """Use the macro on this ticket: all of it, or nothing with a problem that says which part was refused."""
    used = await apply_macro(
        db, who, ticket_id=ticket_id, macro_id=macro_id, wanted=wanted, seen=seen, now=now, standard=standard
    )
    return tell_used(response, used)
