"""Routes: the live stream."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, Query, Request

from common.http.given import Who
from common.http.route import Router, needs
from gateway.live.open import open_stream
from gateway.live.stream import Stream

router = Router(tags=["live"])

_EXAMPLE = 'id: 0198…\ndata: {"specversion":"1.0","type":"ticket.opened","data":{…}}\n\n'


@router.get(
    "/v1/events",
    dependencies=[needs("events:read")],
    status_code=200,
    response_class=Stream,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}, "example": _EXAMPLE}}}},
)
async def events(
    request: Request,
    who: Who,
    types: Annotated[
        str | None,
        Query(max_length=1000, pattern=r"^[a-z_.*]+(,[a-z_.*]+)*$", description="Only these: `ticket.*,sla.breached`."),
    ] = None,
    last_event_id: Annotated[str | None, Header(max_length=100)] = None,
) -> Stream:
    """Every event of the platform as it happens: server-sent events whose data are CloudEvents.

    `Last-Event-ID` continues where a connection broke off, over the last 1,000 events, at whichever process of the
    gateway; an event of the 10 s before may come again, with the same id. When that is not possible,
    `event: reset` says so. `event: reconnect` comes before this process stops. Whoever names `presence` among the
    types is told with `event: presence` who is at which ticket: of all tickets at first, then of each that changes.
    """
    wanted = frozenset(types.split(",")) if types else frozenset()
    return await open_stream(request, who, wanted, last_seen=last_event_id)
