"""Routes: what is running, and the API of the whole platform."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from starlette.responses import Response, StreamingResponse

from common.http.given import Who
from common.http.identity import HEADER
from common.http.route import Router, needs, public
from gateway.forwarding.collect import Asking, collect, pieces
from gateway.forwarding.schemas import Status

router = Router(tags=["platform"])


@router.get("/v1/status", dependencies=[public])
async def status(request: Request) -> Status:
    """Which services are up."""
    state = request.app.state
    found: Status = await state.lookout.status(demo=state.platform.settings.demo)
    return found


@router.get("/openapi.json", dependencies=[public], include_in_schema=False)
async def openapi(request: Request) -> Response:
    """The API of all services in one document."""
    document = await request.app.state.described.document(request.app.openapi())
    return Response(document, media_type="application/json")


@router.get(
    "/v1/customer-export-files/{export_id}",
    dependencies=[needs("customers:export")],
    response_class=StreamingResponse,
    responses={200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}},
)
async def export_file(export_id: UUID, request: Request, who: Who) -> StreamingResponse:
    """A copy of a customer's data as one ZIP: every service's share of the export, and the files."""
    state, header = request.app.state, HEADER.encode()
    asking = Asking(state.upstreams, lambda: [(header, state.identities.token(who).encode())])
    headers = {"content-disposition": f'attachment; filename="{export_id}.zip"', "cache-control": "no-store"}
    return StreamingResponse(pieces(await collect(asking, export_id)), media_type="application/zip", headers=headers)
