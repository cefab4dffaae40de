"""A route of Kefu: names its permission, and records its answer for an Idempotency-Key before the commit.

router = Router(prefix="/v1/tickets", tags=["tickets"])

@router.post("", status_code=201, dependencies=[needs("tickets:write"), once])
async def open_(wanted: OpenTicket, db: Tx, who: Who, now: Now) -> TicketView:
    return await open_ticket(db, who, wanted, now)
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine, Iterator, Sequence
from typing import Any, Protocol

from fastapi import APIRouter, Depends, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.params import Depends as DependsParameter
from fastapi.routing import APIRoute

from common.db import Database, DatabaseAway
from common.http import idempotency
from common.http.asking import asked_by
from common.http.given import Now, Reads, Tx, Work, what_is_given, without_given
from common.http.identity import Caller, caller
from common.http.problems import Problem, ProblemDocument

__all__ = ["KefuRoute", "Now", "Reads", "Router", "Tx", "needs", "once", "public"]


class NotAllowed(Problem):
    """The caller is known but may not do this."""

    status, title = 403, "Not allowed"


class Rule(Protocol):
    """Who may call a route. `public` asks nobody."""

    permission: str

    def __call__(self, who: Caller, /) -> None:
        """Raise NotAllowed unless `who` may."""


class _Permission:
    """Only those who have the permission."""

    def __init__(self, permission: str) -> None:
        self.permission = permission

    def __call__(self, who: Caller) -> None:
        if not who.can(self.permission):
            raise NotAllowed(f"This needs the permission {self.permission}.", permission=self.permission)


class _Public:
    """Anybody."""

    permission = "public"

    def __call__(self, _who: Caller) -> None:
        return None


def needs(permission: str) -> Any:
    """The route may be called by those who have `permission`."""
    return Depends(_Permission(permission))


public: Any = Depends(_Public())
"""The route may be called by anybody; for links that carry their own signature."""


def _claim() -> None:
    return None


once: Any = Depends(_claim)
"""The route honours `Idempotency-Key`: the same key and request get the same answer for 48 h."""


class KefuRoute(APIRoute):
    """A route that checks its permission first, and whose request is one transaction."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        dependencies: Sequence[DependsParameter] = options.get("dependencies") or ()
        rule = _rule_of(dependencies)
        if rule is None:
            raise TypeError(f"{path}: say which permission the route needs, or that it is public")
        given = what_is_given(endpoint)
        self._once = once in dependencies
        self._rule, self._what = rule, frozenset(given.values())
        self._asks_who = rule.permission != "public" or "who" in self._what
        # The rule and `once` are ours; what is left of the dependencies is FastAPI's.
        options["dependencies"] = [one for one in dependencies if one is not once and one.dependency is not rule]
        options["openapi_extra"] = {**(options.get("openapi_extra") or {}), **_described(rule, honours_key=self._once)}
        options["responses"] = {**_problems(rule.permission), **(options.get("responses") or {})}
        super().__init__(path, without_given(endpoint, given), **options)
        for call in _calls(self.dependant):
            if what_is_given(call):
                raise TypeError(f"{path}: only the endpoint is given {what_is_given(call)}, not {call!r}")
        plain = [_name(call) for call in _calls(self.dependant) if not _is_async(call)]
        if plain:
            # FastAPI would run each in a thread: a tenth of a millisecond for what takes a microsecond.
            raise TypeError(f"{path}: make {', '.join(plain)} async")

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        inner = super().get_route_handler()
        handle = self._in_transaction if "writes" in self._what else self._reading

        async def begin(request: Request) -> Response:
            who = None
            if self._asks_who:
                who = caller(request)
                self._rule(who)
            work = Work(who, request.app.state.platform.clock.now())
            work.begin(request)
            with asked_by(who):
                return await handle(request, work, inner)

        return begin

    async def _in_transaction(self, request: Request, work: Work, inner: _Inner) -> Response:
        database: Database = request.app.state.platform.database
        claim = await idempotency.claim(request, work) if self._once else None
        try:
            # Left by its end, the block commits: so a commit that fails can never answer 201.
            async with database.transaction() as work.writes:
                response = await inner(request)
                if claim:
                    idempotency.keep(claim, response, work.writes)
            return response
        except Exception as error:
            if claim is None or isinstance(error, DatabaseAway):
                raise
            # Either it may not be, or it was done before: then the first answer is the answer.
            async with database.reading() as db:
                earlier = await idempotency.answered(claim, db)
            if earlier is None:
                raise
            return earlier

    async def _reading(self, request: Request, work: Work, inner: _Inner) -> Response:
        if "reads" not in self._what:
            return await inner(request)
        async with request.app.state.platform.database.reading() as work.reads:
            return await inner(request)


_Inner = Callable[[Request], Coroutine[Any, Any, Response]]


def _rule_of(dependencies: Sequence[DependsParameter]) -> Rule | None:
    rules: list[Rule] = [one.dependency for one in dependencies if hasattr(one.dependency, "permission")]  # type: ignore[misc]  # just tested
    return rules[0] if rules else None


def _described(rule: Rule, *, honours_key: bool) -> dict[str, Any]:
    return {"x-permission": rule.permission, **({"parameters": [idempotency.PARAMETER]} if honours_key else {})}


def _calls(dependant: Dependant) -> Iterator[Callable[..., Any]]:
    for one in dependant.dependencies:
        if one.call:
            yield one.call
        yield from _calls(one)


def _is_async(call: Callable[..., Any]) -> bool:
    acts = call if inspect.isroutine(call) else type(call).__call__
    return inspect.iscoroutinefunction(acts) or inspect.isasyncgenfunction(acts)


def _name(call: Callable[..., Any]) -> str:
    return str(getattr(call, "__qualname__", type(call).__name__))


def _problems(permission: str) -> dict[int | str, dict[str, Any]]:
    shape = {"model": ProblemDocument}
    named = {
        400: "Malformed",
        404: "Not found",
        408: "Body too slow",
        413: "Body too large",
        422: "Not valid",
        503: "Away or busy for the moment",
    }
    if permission != "public":
        named |= {401: "No or bad identity", 403: "Not allowed"}
    return {status: {**shape, "description": text} for status, text in sorted(named.items())}


class Router(APIRouter):
    """A router whose routes are KefuRoutes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(route_class=KefuRoute, **options)
