"""The routes of exports, and the address behind a link."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Path, Request, Response
from starlette.responses import StreamingResponse

from common.http.cursors import Cursors, Page, Pages
from common.http.given import Who, time_of
from common.http.problems import ProblemDocument
from common.http.route import Now, Reads, Router, Tx, needs, once, public
from ticket_svc.exports.cancel import cancel_export
from ticket_svc.exports.link import Link, Links
from ticket_svc.exports.read import behind_link, link_to, list_exports, one_export, read_link
from ticket_svc.exports.schemas import ExportLink, ExportView, NewExport
from ticket_svc.exports.send import MEDIA_TYPE, send
from ticket_svc.exports.start import start_export

router = Router(prefix="/v1/exports", tags=["exports"])
links_router = Router(prefix="/x", tags=["exports"])

_Responses = dict[int | str, dict[str, Any]]
_MANY: _Responses = {409: {"model": ProblemDocument, "description": "Too many are being written"}}
_NONE: _Responses = {409: {"model": ProblemDocument, "description": "It has no file (yet)"}}
_GONE: _Responses = {410: {"model": ProblemDocument, "description": "The link or the file has expired"}}
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FILE: _Responses = {**_NONE, **_GONE, 200: {"content": {MEDIA_TYPE: _BINARY}, "description": "The file"}}


async def _links(request: Request) -> Links:
    settings = request.app.state.platform.settings
    return Links(settings.signing_secret.get_secret_value(), settings.public_url)


async def _cursors(request: Request) -> Cursors:
    cursors: Cursors = request.app.state.platform.cursors
    return cursors


OurLinks = Annotated[Links, Depends(_links)]


async def _asked(token: Annotated[str, Path(max_length=200)], links: OurLinks, request: Request) -> Link:
    return read_link(links, token, time_of(request))


@router.post("", status_code=201, responses=_MANY, dependencies=[needs("data:export"), once])
async def start(
    wanted: NewExport,
    db: Tx,
    who: Who,
    now: Now,
    cursors: Annotated[Cursors, Depends(_cursors)],
    response: Response,
) -> ExportView:
    """Start an export. It is written beside the daily work; ask how far it is, and then for a link to the file."""
    view = await start_export(db, who, wanted=wanted, cursors=cursors, now=now)
    response.headers["Location"] = f"/v1/exports/{view.id}"
    return view


@router.get("", dependencies=[needs("data:export")])
async def list_(db: Reads, now: Now, paging: Pages) -> Page[ExportView]:
    """Who exported what, newest first."""
    return await list_exports(db, paging, now=now)


@router.get("/{export_id}", dependencies=[needs("data:export")])
async def one(export_id: UUID, db: Reads, now: Now) -> ExportView:
    """An export and how far it is."""
    return await one_export(db, export_id, now=now)


@router.post("/{export_id}/cancel", responses=_NONE, dependencies=[needs("data:export")])
async def cancel(export_id: UUID, db: Tx, now: Now) -> ExportView:
    """Stop an export, or drop its file."""
    return await cancel_export(db, export_id, now=now)


@router.get("/{export_id}/link", responses={**_NONE, **_GONE}, dependencies=[needs("data:export")])
async def link(export_id: UUID, db: Reads, now: Now, links: OurLinks) -> ExportLink:
    """A link to the file that needs no login and expires soon."""
    return await link_to(db, export_id, links=links, now=now)


@links_router.get("/{token}", dependencies=[public], response_class=StreamingResponse, responses=_FILE)
async def content(request: Request, asked: Annotated[Link, Depends(_asked)], db: Reads, now: Now) -> StreamingResponse:
    """The file behind a link: NDJSON, compressed. Its first line has the cursor, its last one counts the others."""
    return send(request.app.state.platform.database, await behind_link(db, asked, now=now))
