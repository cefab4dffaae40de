"""`Idempotency-Key`: a request sent again has no second effect and gets the same answer.

Source: IETF draft-ietf-httpapi-idempotency-key-header. The record is written in the effect's own transaction, last of
all, and its primary key lets one request have the effect: another one with the same key waits at that row until the
first is committed, fails there, leaves nothing, and gets the first one's answer. So a request that is the first, as
nearly all are, asks for no record beforehand. The same key with another request gets 422. Kept 48 h.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa
from fastapi import Request
from sqlalchemy.dialects.postgresql import BYTEA, JSONB
from starlette.responses import Response

from common.aside import Aside
from common.crash import crash_point
from common.db import Db, ReadDb
from common.http.given import Work
from common.http.problems import Problem
from common.plumbing import idempotency

_KEPT_HEADERS = ("content-type", "location", "etag")


class KeyReused(Problem):
    """The key was used before, for another request."""

    status, title = 422, "The Idempotency-Key belongs to another request"


class BadKey(Problem):
    """The key is empty or longer than 255 characters."""

    status, title = 400, "The Idempotency-Key is not usable"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a request with a key must be the first to record."""

    caller: str
    key: str
    fingerprint: bytes
    at: datetime


async def claim(request: Request, work: Work) -> Claim | None:
    """The claim of a request; None when it carries no key. Raises BadKey."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not 1 <= len(key) <= 255:
        raise BadKey("Use 1 to 255 characters.")
    assert work.who is not None, "a route that anybody may call honours no key"
    body = await request.body()
    fingerprint = sha256(b"\n".join((request.method.encode(), request.url.path.encode(), body))).digest()
    return Claim(f"{work.who.kind}:{work.who.id}", key, fingerprint, work.now)


def keep(claim: Claim, response: Response, db: Db) -> None:
    """Record the answer in the effect's transaction: with it, or not at all."""
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    answer = response.status_code, headers, bytes(response.body)
    db.put_aside(_RECORD, (claim.caller, claim.key, claim.fingerprint, claim.at, *answer))
    crash_point("idempotency.kept")


_ANSWERED = sa.select(idempotency).where(
    idempotency.c.caller == sa.bindparam("of_caller"), idempotency.c.key == sa.bindparam("with_key")
)


async def answered(claim: Claim, db: ReadDb) -> Response | None:
    """The answer that an earlier request with this key got, if there was one. Raises KeyReused."""
    row = (await db.execute(_ANSWERED, {"of_caller": claim.caller, "with_key": claim.key})).one_or_none()
    if row is None:
        return None
    if row.fingerprint != claim.fingerprint:
        raise KeyReused("Another request was made with this Idempotency-Key in the last 48 hours.")
    return Response(row.body, row.status, {**row.headers, "idempotent-replayed": "true"})


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
