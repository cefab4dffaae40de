"""A route of Kefu: names its permission, and records its answer for an Idempotency-Key before the commit.

router = Router(prefix="/v1/tickets", tags=["tickets"])

@router.post("", status_code=201, dependencies=[needs("tickets:write"), once])
async def open_(wanted: OpenTicket, db: Tx, who: Who, now: Now) -> TicketView:
    return await open_ticket(db, who, wanted, now)
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.params import Depends as DependsParameter
from fastapi.routing import APIRoute
from pydantic import WithJsonSchema

from common.db import Db, ReadDb
from common.http import idempotency
from common.http.identity import Caller, Who
from common.http.problems import Problem, ProblemDocument


class NotAllowed(Problem):
    """The caller is known but may not do this."""

    status, title = 403, "Not allowed"


async def transaction(request: Request) -> AsyncIterator[Db]:
    """One request is one transaction, committed before the answer leaves (so use function scope)."""
    async with request.app.state.platform.database.transaction() as db:
        yield db


async def reading(request: Request) -> AsyncIterator[ReadDb]:
    """A connection for reading."""
    async with request.app.state.platform.database.reading() as db:
        yield db


async def now(request: Request) -> datetime:
    """The time of this request, from the injected clock."""
    at: datetime = request.app.state.platform.clock.now()
    return at


Tx = Annotated[Db, Depends(transaction, scope="function")]
Reads = Annotated[ReadDb, Depends(reading, scope="function")]
Now = Annotated[datetime, Depends(now)]


class _Permission:
    """The dependency that checks one permission."""

    def __init__(self, permission: str) -> None:
        self.permission = permission

    async def __call__(self, who: Who) -> Caller:
        if not who.can(self.permission):
            raise NotAllowed(f"This needs the permission {self.permission}.", permission=self.permission)
        return who


class _Public:
    """The dependency that says: anybody may call this."""

    permission = "public"

    async def __call__(self) -> None:
        return None


def needs(permission: str) -> Any:
    """The route may be called by those who have `permission`."""
    return Depends(_Permission(permission))


public: Any = Depends(_Public())
"""The route may be called by anybody; for links that carry their own signature."""


_Key = Annotated[
    str | None,
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 255}),
    Header(description="Any unique text: the same request sent again with it has no second effect."),
]


async def _claim(request: Request, db: Tx, who: Who, at: Now, idempotency_key: _Key = None) -> None:
    if idempotency_key is not None:
        await idempotency.claim(request, idempotency_key, db=db, who=who, now=at)


once: Any = Depends(_claim)
"""The route honours `Idempotency-Key`: the same key and request get the same answer for 48 h."""


class KefuRoute(APIRoute):
    """Holds that every route names its permission, and keeps the answer of an idempotent request in its transaction."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        permission = _permission_of(options.get("dependencies") or ())
        if permission is None:
            raise TypeError(f"{path}: say which permission the route needs, or that it is public")
        options["openapi_extra"] = {**(options.get("openapi_extra") or {}), "x-permission": permission}
        options["responses"] = {**_problems(permission), **(options.get("responses") or {})}
        super().__init__(path, endpoint, **options)
        plain = list(_plain_functions(self.dependant))
        if plain:
            # FastAPI would run each in a thread: a tenth of a millisecond for what takes a microsecond.
            raise TypeError(f"{path}: make {', '.join(plain)} async")

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                response = await inner(request)
            except idempotency.Replay as replay:
                return replay.response
            # Still inside the transaction's scope: the record commits with the effect or not at all.
            await idempotency.keep(request, response)
            return response

        return handle


def _permission_of(dependencies: Sequence[DependsParameter]) -> str | None:
    for one in dependencies:
        permission = getattr(one.dependency, "permission", None)
        if permission:
            return str(permission)
    return None


def _plain_functions(dependant: Dependant) -> Iterator[str]:
    for one in dependant.dependencies:
        call = one.call
        acts = call if inspect.isroutine(call) else type(call).__call__
        if not (inspect.iscoroutinefunction(acts) or inspect.isasyncgenfunction(acts)):
            yield getattr(call, "__qualname__", type(call).__name__)
        yield from _plain_functions(one)


def _problems(permission: str) -> dict[int | str, dict[str, Any]]:
    shape = {"model": ProblemDocument}
    named = {400: "Malformed", 404: "Not found", 413: "Body too large", 422: "Not valid", 503: "Away for the moment"}
    if permission != "public":
        named |= {401: "No or bad identity", 403: "Not allowed"}
    return {status: {**shape, "description": text} for status, text in sorted(named.items())}


class Router(APIRouter):
    """A router whose routes are KefuRoutes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(route_class=KefuRoute, **options)
