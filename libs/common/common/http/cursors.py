"""List cursors: opaque, signed, on (sort value, id); they say where the next page begins, and nothing else.

A keyset cursor makes page 2,000 as cheap as page 1, and rows that arrive meanwhile are neither skipped nor repeated.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from hashlib import sha256
from typing import Annotated, Any, Generic, TypeVar

import orjson
from fastapi import Depends, Query, Request
from pydantic import BaseModel, Field, WithJsonSchema

from common.http.problems import Problem

T = TypeVar("T")


class BadCursor(Problem):
    """The cursor is not one that this list gave out."""

    status, title = 400, "The cursor is not valid"


class Page(BaseModel, Generic[T]):
    """One page of a list. There is no total: counting costs more than the page."""

    items: list[T]
    next_cursor: str | None = Field(default=None, description="Give it as `cursor` for the next page; null at the end.")


class Cursors:
    """Makes and reads the cursors of one service."""

    def __init__(self, secret: str) -> None:
        self._secret = sha256(b"cursor" + secret.encode()).digest()

    def make(self, kind: str, position: list[Any]) -> str:
        """A cursor for the list `kind` after `position` (JSON values: the sort value and the id)."""
        body = orjson.dumps([kind, *position], default=str)
        return base64.urlsafe_b64encode(self._mac(body) + body).rstrip(b"=").decode()

    def read(self, kind: str, cursor: str) -> list[Any]:
        """The position that `make` was given. Raises BadCursor."""
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError) as error:
            raise BadCursor("Take next_cursor as it was given.") from error
        mac, body = raw[:12], raw[12:]
        if not hmac.compare_digest(mac, self._mac(body)):
            raise BadCursor("Take next_cursor as it was given.")
        made_for, *position = orjson.loads(body)
        if made_for != kind:
            raise BadCursor("This cursor belongs to another list or another sort order.")
        return list(position)

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self._secret, body, sha256)[:12]


class Paging:
    """Which page a request asks for."""

    def __init__(self, cursors: Cursors, cursor: str | None, limit: int) -> None:
        self._cursors, self.cursor, self.limit = cursors, cursor, limit

    def after(self, kind: str) -> list[Any] | None:
        """The position to continue after, or None for the first page. Raises BadCursor."""
        return None if self.cursor is None else self._cursors.read(kind, self.cursor)

    def next(self, kind: str, position: list[Any]) -> str:
        """The cursor for the page after `position`."""
        return self._cursors.make(kind, position)


# No cursor is made up: the form is described, and whatever was not given out is a BadCursor.
_FORM = {"type": "string", "pattern": "^[A-Za-z0-9_-]+$", "minLength": 16, "maxLength": 1000}
_Cursor = Annotated[
    str | None, WithJsonSchema(_FORM), Query(max_length=1000, description="next_cursor of the page before; opaque.")
]


async def paging(
    request: Request,
    cursor: _Cursor = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Paging:
    """The page that the request's query asks for."""
    return Paging(request.app.state.platform.cursors, cursor, limit)


Pages = Annotated[Paging, Depends(paging)]
