"""`Idempotency-Key`: a request sent again has no second effect and gets the same answer.

Source: IETF draft-ietf-httpapi-idempotency-key-header. The record is written in the effect's own transaction; while a
first request is under way a second one with its key gets 409; the same key with another request gets 422. Kept 48 h.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from fastapi import Request
from sqlalchemy.dialects.postgresql import BYTEA, JSONB
from starlette.responses import Response

from common.aside import Aside
from common.crash import crash_point
from common.http.given import Work
from common.http.problems import Conflict, Problem
from common.plumbing import idempotency

_KEPT_HEADERS = ("content-type", "location", "etag")


class StillRunning(Conflict):
    """A request with this key is under way; ask again in a moment."""


class KeyReused(Problem):
    """The key was used before, for another request."""

    status, title = 422, "The Idempotency-Key belongs to another request"


class BadKey(Problem):
    """The key is empty or longer than 255 characters."""

    status, title = 400, "The Idempotency-Key is not usable"


class Replay(Exception):
    """The answer was given before; here it is again."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


# The advisory lock ends with the transaction, so a request that died leaves nothing behind.
_CLAIM = sa.text(
    "SELECT pg_try_advisory_xact_lock(hashtextextended(:lock, 0)) AS mine, i.fingerprint, i.status, i.headers, i.body"
    " FROM (SELECT 1) AS one LEFT JOIN idempotency i ON i.caller = :caller AND i.key = :key"
).columns(headers=idempotency.c.headers.type)


@dataclass(frozen=True, slots=True)
class Claim:
    """A request that is the one to have the effect."""

    caller: str
    key: str
    fingerprint: bytes


async def claim(request: Request, work: Work) -> Claim | None:
    """Let this request be the one that has the effect; None when it carries no key.

    Raises Replay, StillRunning, KeyReused or BadKey.
    """
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not 1 <= len(key) <= 255:
        raise BadKey("Use 1 to 255 characters.")
    assert work.who is not None, "a route that anybody may call honours no key"
    assert work.writes is not None, "only what writes is done once"
    caller = f"{work.who.kind}:{work.who.id}"
    body = await request.body()
    fingerprint = sha256(b"\n".join((request.method.encode(), request.url.path.encode(), body))).digest()
    given = {"lock": f"{caller}|{key}", "caller": caller, "key": key}
    row = (await work.writes.execute(_CLAIM, given)).one()
    if row.fingerprint is not None:
        _replay(row, fingerprint)
    if not row.mine:
        raise StillRunning("A request with this Idempotency-Key is under way.", headers={"Retry-After": "1"})
    crash_point("idempotency.claimed")
    return Claim(caller, key, fingerprint)


def _replay(row: Any, fingerprint: bytes) -> None:
    if row.fingerprint != fingerprint:
        raise KeyReused("Another request was made with this Idempotency-Key in the last 48 hours.")
    raise Replay(Response(row.body, row.status, {**row.headers, "idempotent-replayed": "true"}))


def keep(claimed: Claim, response: Response, work: Work) -> None:
    """Record the answer of a claimed request, in its transaction."""
    assert work.writes is not None, "it was claimed in a transaction"
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    record = (
        claimed.caller,
        claimed.key,
        claimed.fingerprint,
        work.now,
        response.status_code,
        headers,
        bytes(response.body),
    )
    work.writes.put_aside(_RECORD, record)
    crash_point("idempotency.kept")


PARAMETER = {
    "name": "idempotency-key",
    "in": "header",
    "required": False,
    "description": "Any unique text: the same request sent again with it has no second effect.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "title": "Idempotency-Key"},
}
"""How the header is described in OpenAPI."""

_RECORD = Aside(
    "kept",
    "idempotency",
    {
        "caller": sa.Text(),
        "key": sa.Text(),
        "fingerprint": BYTEA(),
        "created_at": sa.DateTime(timezone=True),
        "status": sa.SmallInteger(),
        "headers": JSONB(),
        "body": BYTEA(),
    },
)
