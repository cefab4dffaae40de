"""The one door: every request passes here, plain ASGI. Who asks is found out once; then it is forwarded or served.

    request ──> way_of(path) ──> a service's path ──> who asks ──> Forward      (the data plane)
                            └──> our own path     ──> who asks ──> FastAPI      (the control plane)
                                                                      └──> a change: nobody is remembered any more

Whatever a client says in `kefu-identity` is thrown away; behind the door that header is the truth.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from common import telemetry
from common.db import DatabaseAway
from common.http.identity import HEADER
from common.http.problems import Problem, Unavailable, document
from gateway.forwarding.forward import Forward
from gateway.forwarding.prefixes import asks_who, is_presence, way_of
from gateway.identities import Identities
from gateway.people.same_site import SAFE, is_foreign, may_change

_HEADER = HEADER.encode()
_ASKED = frozenset({b"authorization", b"cookie", b"x-kefu-csrf", b"sec-fetch-site"})
"""The headers that say who asks, and from where."""


class ForeignSite(Problem):
    """A browser sent this with a session cookie, but not from one of our pages."""

    status, title = 403, "Not from one of our pages"


class Door:
    """Wraps the control plane, as ASGI middleware."""

    def __init__(self, app: ASGIApp, *, identities: Identities, forward: Forward) -> None:
        self._app, self._identities, self._forward = app, identities, forward

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve or forward; a Problem that comes up on the way is answered here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            await self._pass(scope, receive, send)
        except Problem as problem:
            await document(problem)(scope, receive, send)
        except DatabaseAway:
            away = Unavailable("The gateway's database is away; ask again.", headers={"Retry-After": "2"})
            await document(away)(scope, receive, send)

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        way = way_of(path)
        if way is not None:
            scope["route"] = way
            identity = None if way.open else await self._identity(scope)
            await self._forward(way, identity, scope, receive, send)
            return
        given = [(name, value) for name, value in scope["headers"] if name != _HEADER]
        if asks_who(path):
            given.append((_HEADER, (await self._identity(scope)).encode()))
        else:
            _refuse_foreign(scope)
        scope["headers"] = given
        # A heartbeat shuts nobody out, and there are many.
        harmless = scope["method"] in SAFE or is_presence(path)
        await self._app(scope, receive, send if harmless else self._forgetting(send))

    def _forgetting(self, send: Send) -> Send:
        async def tell(message: Message) -> None:
            # The change is committed by now: whom it shuts out must be out before its caller hears that it is done.
            if message["type"] == "http.response.start" and message["status"] < 400:
                self._identities.forget()
            await send(message)

        return tell

    async def _identity(self, scope: Scope) -> str:
        headers = _named(scope)
        caller = await self._identities.of(headers)
        if caller.kind == "user" and not may_change(scope["method"], headers):
            telemetry.AUTH_FAILURES.labels("foreign_site").inc()
            raise ForeignSite("Changes with a session need the header x-kefu-csrf: 1, or to come from our own pages.")
        return self._identities.token(caller)


def _refuse_foreign(scope: Scope) -> None:
    if scope["method"] == "POST" and is_foreign(_named(scope)):
        telemetry.AUTH_FAILURES.labels("foreign_site").inc()
        raise ForeignSite("Another site may not log anybody in or out.")


def _named(scope: Scope) -> dict[str, str]:
    return {name.decode(): value.decode("latin-1") for name, value in scope["headers"] if name in _ASKED}
