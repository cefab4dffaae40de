"""Opening the live stream for a viewer."""

from __future__ import annotations

from collections.abc import Collection

from fastapi import Request

from common.http.identity import Caller, NotIdentified
from common.http.problems import Problem
from gateway.live.fact import PRESENCE, presence_fact
from gateway.live.stream import Stream
from gateway.live.viewer import Viewer

_WATCH = "tickets:watch"


class NotForYou(Problem):
    """Who is at a ticket is for those to see who are seen there themselves."""

    status, title = 403, "Not allowed"


async def open_stream(request: Request, who: Caller, types: Collection[str], *, last_seen: str | None) -> Stream:
    """A stream of the events of `types` (none: all), from after the event `last_seen` if that is remembered.

    Who is at which ticket comes along for those who name it among the types. Raises NotForYou.
    """
    state = request.app.state
    wanted = ("events:read", _WATCH) if PRESENCE in types else ("events:read",)
    if not all(map(who.can, wanted)):
        raise NotForYou(f"This needs the permission {_WATCH}.", permission=_WATCH)
    viewer, continued = await state.watch.join(state.bus, types, last_seen=last_seen)
    named = dict(request.headers)

    def take(people: bytes) -> None:
        viewer.take(presence_fact(people))

    def leave(viewer: Viewer) -> None:
        state.watch.leave(viewer)
        state.presence.leave(take)

    async def still_allowed() -> bool:
        try:
            # An open page alone must not keep a session alive for ever.
            caller = await state.identities.of(named, slide=False)
        except NotIdentified:
            return False
        return all(map(caller.can, wanted))

    if PRESENCE in types:
        state.presence.join(take)
    return Stream(viewer, continued=continued, still_allowed=still_allowed, leave=leave)
