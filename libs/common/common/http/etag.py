"""Optimistic locking: a strong ETag is the version, and a change says with If-Match which version it saw."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import Depends, Header, Response
from pydantic import WithJsonSchema

from common.http.describe import MUST
from common.http.problems import Problem


class VersionMissing(Problem):
    """A change must say which version it is based on."""

    status, title = 428, "Say with If-Match which version you saw"


class StaleVersion(Problem):
    """Somebody changed it meanwhile; read it again."""

    status, title = 412, "It was changed meanwhile"

    def __init__(self, current: int, **more: Any) -> None:
        """`more` members are added to the document, such as what changed meanwhile."""
        super().__init__(
            f"The current version is {current}.", headers={"ETag": f'"{current}"'}, current_version=current, **more
        )


class BadVersion(Problem):
    """If-Match is no version of ours."""

    status, title = 400, "If-Match is not an entity tag of ours"


_FORM = {"type": "string", "pattern": r'^"\d{1,18}"$'}
# FastAPI must let a missing header through, so that it is a 428 and no 422; `describe.py` says that it is required.
_Required = Annotated[
    str | None, WithJsonSchema({**_FORM, MUST: True}), Header(description='The ETag you saw, like `"7"`.')
]
_Optional = Annotated[
    str | None, WithJsonSchema(_FORM), Header(description='The ETag you saw, like `"7"`, if it matters.')
]


async def if_match(if_match: _Required = None) -> int:
    """The version that the caller saw. Raises VersionMissing or BadVersion."""
    if if_match is None:
        raise VersionMissing("Send the ETag of what you read as If-Match.")
    return _version(if_match)


async def if_match_is_said(if_match: _Optional = None) -> int | None:
    """The version that the caller saw, if they said one. Raises BadVersion."""
    return None if if_match is None else _version(if_match)


def _version(tag: str) -> int:
    found = re.fullmatch(r'"(\d{1,18})"', tag.strip())
    if not found:
        raise BadVersion('Send the ETag as it was given, quotes included: "7".')
    return int(found.group(1))


IfMatch = Annotated[int, Depends(if_match)]
"""The version that the caller saw; a route with it refuses a request that says none."""

IfMatchOrNot = Annotated[int | None, Depends(if_match_is_said)]
"""The version that the caller saw, or None when they did not say."""


def guard(current: int, expected: int) -> None:
    """Raise StaleVersion unless the caller saw the current version."""
    if current != expected:
        raise StaleVersion(current)


def tag(response: Response, version: int) -> None:
    """Say the version of what is answered."""
    response.headers["ETag"] = f'"{version}"'
