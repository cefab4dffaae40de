"""What a route gives its endpoint, and what it refuses to be built with."""

import inspect
from typing import Annotated
from uuid import UUID

import pytest
from fastapi import Depends, Request

from common.http.given import Now, Reads, Tx, Who, what_is_given, without_given
from common.http.route import Router, public


def test_fastapi_sees_only_what_is_not_given() -> None:
    async def endpoint(wall_id: UUID, db: Tx, who: Who, now: Now, text: str = "") -> object:
        """Do it."""
        return wall_id, db, who, now, text

    given = what_is_given(endpoint)
    assert given == {"db": "writes", "who": "who", "now": "now"}
    seen = without_given(endpoint, given)
    parameters = inspect.signature(seen).parameters
    assert [name for name in parameters if parameters[name].annotation is not Request] == ["wall_id", "text"]
    assert (seen.__name__, seen.__doc__) == ("endpoint", "Do it.")


def test_an_endpoint_that_asks_for_the_request_shares_it() -> None:
    async def endpoint(request: Request, db: Reads) -> object:
        return request, db

    seen = without_given(endpoint, what_is_given(endpoint))
    assert list(inspect.signature(seen).parameters) == ["request"]


def test_a_dependency_that_wants_to_be_given_something_is_refused() -> None:
    async def late(now: Now) -> int:
        return now.year

    router = Router()
    with pytest.raises(TypeError, match="only the endpoint is given"):

        @router.get("/late", dependencies=[public])
        async def show(year: Annotated[int, Depends(late)]) -> int:
            return year
