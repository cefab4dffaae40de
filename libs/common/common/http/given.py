"""What a route gives its endpoint without asking FastAPI: its transaction, who calls, and what time it is.

FastAPI would solve each as a dependency for every request, some 15 us apiece, and a generator three times that.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, get_args, get_origin

from fastapi import Request

from common.db import Db, ReadDb
from common.http.identity import Caller

_WORK = "kefu.work"
_REQUEST = "request_of_the_route"


@dataclass(frozen=True, slots=True)
class Given:
    """Marks a parameter of an endpoint that the route fills in."""

    what: Literal["writes", "reads", "who", "now"]


Tx = Annotated[Db, Given("writes")]
"""The request's transaction, committed before the answer leaves."""
Reads = Annotated[ReadDb, Given("reads")]
"""A connection for reading."""
Who = Annotated[Caller, Given("who")]
"""Who calls; where it stands, the caller must be known."""
Now = Annotated[datetime, Given("now")]
"""The time of this request, from the injected clock."""


@dataclass(slots=True)
class Work:
    """One request at work. A connection is taken from the pool at the first statement, not before."""

    who: Caller | None
    now: datetime
    writes: Db | None = None
    reads: ReadDb | None = None

    def begin(self, request: Request) -> None:
        """Let the endpoint of this request find it."""
        request.scope[_WORK] = self


def time_of(request: Request) -> datetime:
    """The time of a request, for a dependency of FastAPI's: only the endpoint itself is given it."""
    work: Work = request.scope[_WORK]
    return work.now


Endpoint = Callable[..., Awaitable[Any]]


def what_is_given(endpoint: Endpoint) -> dict[str, str]:
    """Which parameters of the endpoint the route fills in, and with what."""
    given: dict[str, str] = {}
    for name, parameter in inspect.signature(endpoint, eval_str=True).parameters.items():
        marks = get_args(parameter.annotation)[1:] if get_origin(parameter.annotation) is Annotated else ()
        for mark in marks:
            if isinstance(mark, Given):
                given[name] = mark.what
    return given


def without_given(endpoint: Endpoint, given: dict[str, str]) -> Endpoint:
    """The endpoint as FastAPI sees it: without what is given."""
    if not given:
        return endpoint
    signature = inspect.signature(endpoint, eval_str=True)
    others = [parameter for name, parameter in signature.parameters.items() if name not in given]
    # FastAPI fills in one request only: an endpoint that asks for it itself shares its own.
    own = next((parameter.name for parameter in others if parameter.annotation is Request), None)
    asked = [] if own else [inspect.Parameter(_REQUEST, inspect.Parameter.KEYWORD_ONLY, annotation=Request)]

    @functools.wraps(endpoint)
    async def call(**values: Any) -> Any:
        work = (values[own] if own else values.pop(_REQUEST)).scope[_WORK]
        for name, what in pairs:
            values[name] = getattr(work, what)
        return await endpoint(**values)

    pairs = tuple(given.items())
    keyword_only = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in others]
    call.__signature__ = signature.replace(parameters=[*keyword_only, *asked])  # type: ignore[attr-defined]  # read by inspect
    return call
