"""Opening the live stream for a viewer."""

from __future__ import annotations

from collections.abc import Collection

from fastapi import Request

from common.http.identity import NotIdentified
from gateway.live.stream import Stream


async def open_stream(request: Request, types: Collection[str], *, last_seen: str | None) -> Stream:
    """A stream of the events of `types` (none: all), from after the event `last_seen` if that is remembered."""
    state = request.app.state
    viewer, continued = await state.watch.join(state.bus, types, last_seen=last_seen)
    named = dict(request.headers)

    async def still_allowed() -> bool:
        try:
            # An open page alone must not keep a session alive for ever.
            caller = await state.identities.of(named, slide=False)
        except NotIdentified:
            return False
        return bool(caller.can("events:read"))

    return Stream(viewer, continued=continued, still_allowed=still_allowed, leave=state.watch.leave)
