"""The attachments' routes, and the address behind a link."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Path, Query, Request
from starlette.responses import Response, StreamingResponse

from common.http.given import Who, time_of
from common.http.problems import ProblemDocument
from common.http.route import Now, Reads, Router, Tx, needs, public
from common.http.shapes import ONE_LINE
from ticket_svc.attachments.kind import SHOWN
from ticket_svc.attachments.link import Link, Links
from ticket_svc.attachments.read import behind_link, link_to, one_attachment, read_link
from ticket_svc.attachments.schemas import AttachmentView, LinkView
from ticket_svc.attachments.send import send
from ticket_svc.attachments.upload import upload

UPLOADS = "/v1/attachments"
"""Where bodies may be larger than anywhere else."""

router = Router(prefix=UPLOADS, tags=["attachments"])
links_router = Router(prefix="/a", tags=["attachments"])

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_BYTES = {"application/octet-stream": _BINARY}
_UPLOADED: dict[int | str, dict[str, Any]] = {
    409: {"model": ProblemDocument, "description": "Too many files wait for a message"}
}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "content": dict.fromkeys(("application/octet-stream", *sorted(SHOWN)), _BINARY),
        "description": "The file",
    },
    410: {"model": ProblemDocument, "description": "The link has expired"},
}
FileName = Annotated[str, Query(min_length=1, max_length=255, pattern=ONE_LINE)]


async def _links(request: Request) -> Links:
    settings = request.app.state.platform.settings
    return Links(settings.signing_secret.get_secret_value(), settings.public_url)


OurLinks = Annotated[Links, Depends(_links)]


async def _asked(token: Annotated[str, Path(max_length=200)], links: OurLinks, request: Request) -> Link:
    return read_link(links, token, time_of(request))


def _tell(response: Response, view: AttachmentView) -> AttachmentView:
    response.headers["Location"] = f"{UPLOADS}/{view.id}"
    return view


@router.post(
    "",
    status_code=201,
    responses=_UPLOADED,
    dependencies=[needs("tickets:write")],
    # There are files without a byte.
    openapi_extra={"requestBody": {"required": False, "content": _BYTES}},
)
async def upload_(request: Request, name: FileName, db: Tx, who: Who, now: Now, response: Response) -> AttachmentView:
    """Upload a file, for a message that you write within a day. Its type is judged by its content."""
    return _tell(response, await upload(db, who, name=name, body=request.stream(), now=now))


@router.get("/{attachment_id}", dependencies=[needs("tickets:read")])
async def one(attachment_id: UUID, db: Reads, who: Who) -> AttachmentView:
    """What is known of a file."""
    return await one_attachment(db, who, attachment_id)


@router.get("/{attachment_id}/link", dependencies=[needs("tickets:read")])
async def link(
    attachment_id: UUID,
    db: Reads,
    who: Who,
    now: Now,
    links: OurLinks,
    show: Annotated[bool, Query(description="Let the browser show it, if it is of a harmless type.")] = False,
) -> LinkView:
    """A link to the file that needs no login and expires soon."""
    return await link_to(db, who, attachment_id=attachment_id, links=links, is_shown=show, now=now)


@links_router.get("/{token}", dependencies=[public], response_class=StreamingResponse, responses=_FILE)
async def content(request: Request, asked: Annotated[Link, Depends(_asked)], db: Reads) -> StreamingResponse:
    """The file behind a link."""
    return send(request.app.state.platform.database, await behind_link(db, asked), asked)
