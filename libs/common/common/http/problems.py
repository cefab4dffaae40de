"""Errors as RFC 9457 problem documents, made in this one place.

    Problem (status, title, detail, errors[])
      ├─ BadRequest 400   ├─ NotAllowed 403   ├─ NotFound 404   ├─ Conflict 409
      └─ … each operation's own errors, in the file that raises them

A client sees `type`, `title`, `status`, `detail`, `errors` (JSON pointers) and `trace_id`; never a stack trace.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import orjson
from asyncpg.exceptions import IntegrityConstraintViolationError
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from common import telemetry, trace
from common.bus import BusUnavailable
from common.db import DatabaseAway

MEDIA_TYPE = "application/problem+json"


class FieldError(BaseModel):
    """One thing wrong with the request."""

    pointer: str = Field(description="JSON pointer into the body, or `?name`, `{name}`, `header:name`.")
    detail: str
    code: str


class ProblemDocument(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError] = []
    trace_id: str


class Problem(Exception):
    """An error that a client may see. Subclasses set `status` and `title`; the type is made from the class name."""

    status: ClassVar[int] = 400
    title: ClassVar[str] = "The request cannot be served"

    def __init__(
        self, detail: str, *, errors: Sequence[FieldError] = (), headers: Mapping[str, str] | None = None, **extra: Any
    ) -> None:
        """`extra` members are added to the document, as RFC 9457 allows."""
        super().__init__(detail)
        self.detail, self.errors, self.headers, self.extra = detail, list(errors), dict(headers or {}), extra

    @classmethod
    def type(cls) -> str:
        """A stable name: `urn:kefu:problem:stale-version`."""
        return "urn:kefu:problem:" + re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()


class NotFound(Problem):
    """The thing asked for does not exist, or the caller may not know that it does."""

    status, title = 404, "Not found"


class Conflict(Problem):
    """The request does not fit the present state."""

    status, title = 409, "In conflict with the present state"


class Unavailable(Problem):
    """Something this service needs is away; nothing was written. Ask again after `Retry-After` seconds."""

    status, title = 503, "Away for the moment"


class Invalid(Problem):
    """The payload is understood but not acceptable; `errors` names the fields."""

    status, title = 422, "The request is not valid"


def invalid(pointer: str, detail: str, code: str = "value_error") -> Invalid:
    """A 422 about one field."""
    return Invalid(detail, errors=[FieldError(pointer=pointer, detail=detail, code=code)])


def contents(problem: Problem) -> dict[str, Any]:
    """The document that tells of `problem`."""
    return {
        "type": problem.type(),
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "errors": [error.model_dump() for error in problem.errors],
        "trace_id": trace.trace_id(),
        **problem.extra,
    }


def document(problem: Problem) -> Response:
    """The answer that tells of `problem`."""
    return Response(orjson.dumps(contents(problem), default=str), problem.status, problem.headers, MEDIA_TYPE)


_TITLES = {
    400: "The request cannot be understood",
    401: "Who are you?",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    408: "The request took too long to arrive",
    413: "The body is too large",
    415: "Unsupported media type",
    429: "Too many requests",
}


def plain(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """A problem that has no class of its own."""
    body = {
        "type": "about:blank",
        "title": _TITLES.get(status, "Something went wrong on our side" if status >= 500 else "Refused"),
        "status": status,
        "detail": detail,
        "errors": [],
        "trace_id": trace.trace_id(),
    }
    return Response(orjson.dumps(body), status, dict(headers or {}), MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Let every error of `app` become a problem document."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DatabaseAway, _away)
    app.add_exception_handler(BusUnavailable, _away)
    app.add_exception_handler(IntegrityConstraintViolationError, _integrity)
    app.add_exception_handler(Exception, _unexpected)


async def _problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return document(error)


async def _validation(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(one["type"] == "json_invalid" for one in found):
        return plain(400, f"The body is not JSON: {found[0].get('ctx', {}).get('error', 'malformed')}")
    errors = [
        FieldError(pointer=_pointer(one["loc"], error.body), detail=one["msg"], code=one["type"]) for one in found
    ]
    first = f"{errors[0].pointer}: {errors[0].detail}" if errors else "not valid"
    return document(Invalid(first, errors=errors))


def _pointer(place: Sequence[Any], body: Any) -> str:
    where, path = (place[0], place[1:]) if place else ("body", ())
    path = _in_body(path, body) if where == "body" else path
    name = "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in path)
    return {"body": f"/{name}" if name else "", "query": f"?{name}", "path": f"{{{name}}}"}.get(
        str(where), f"{where}:{name}"
    )


def _in_body(path: Sequence[Any], body: Any) -> list[Any]:
    """The path without what pydantic adds: which of several models was meant, and that a key is to blame."""
    found, here = [], body
    for step, part in enumerate(path):
        if isinstance(here, dict) and part not in here and step + 1 < len(path):
            continue
        if part != "[key]":
            found.append(part)
        here = here.get(part) if isinstance(here, dict) else _at(here, part)
    return found


def _at(values: Any, place: Any) -> Any:
    is_there = isinstance(values, list) and isinstance(place, int) and 0 <= place < len(values)
    return values[place] if is_there else None


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    # Starlette names the methods of the first route that has the path; each of ours is a route of its own.
    headers = {"Allow": ", ".join(_methods(request))} if error.status_code == 405 else error.headers
    return plain(error.status_code, str(error.detail), headers)


def _methods(request: Request) -> list[str]:
    routes = request.app.router.routes
    every = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
    return [one for one in every if any(r.matches({**request.scope, "method": one})[0] is Match.FULL for r in routes)]


async def _away(_request: Request, error: Exception) -> Response:
    telemetry.log.warning("request.dependency_away", error=str(error))
    return document(Unavailable("A part of the platform is away; ask again.", headers={"Retry-After": "2"}))


async def _integrity(_request: Request, error: Exception) -> Response:
    name = getattr(error, "constraint_name", None) or "a constraint"
    telemetry.log.warning("request.integrity", constraint=name)
    return document(Conflict(f"This would break {name}: something like it exists, or what it refers to does not."))


async def _unexpected(_request: Request, error: Exception) -> Response:
    telemetry.log.error("request.failed", exc_info=error)
    return plain(500, "An error we did not foresee; it was logged under this trace id.")
