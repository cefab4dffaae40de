"""Routes: what is running, and the API of the whole platform."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from common.http.route import Router, public
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
