"""`Idempotency-Key`: a request sent again has no second effect and gets the same answer.

Source: IETF draft-ietf-httpapi-idempotency-key-header. The record is written in the effect's own transaction; while a
first request is under way a second one with its key gets 409; the same key with another request gets 422. Kept 48 h.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from fastapi import Request
from sqlalchemy import insert
from starlette.responses import Response

from common.db import Db
from common.http.identity import Caller
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


async def claim(request: Request, key: str, *, db: Db, who: Caller, now: datetime) -> None:
    """Let this request be the one that has the effect. Raises Replay, StillRunning, KeyReused or BadKey."""
    if not 1 <= len(key) <= 255:
        raise BadKey("Use 1 to 255 characters.")
    caller = f"{who.kind}:{who.id}"
    body = await request.body()
    fingerprint = sha256(b"\n".join((request.method.encode(), request.url.path.encode(), body))).digest()
    row = (await db.execute(_CLAIM, {"lock": f"{caller}|{key}", "caller": caller, "key": key})).one()
    if row.fingerprint is not None:
        _replay(row, fingerprint)
    if not row.mine:
        raise StillRunning("A request with this Idempotency-Key is under way.", headers={"Retry-After": "1"})
    request.state.claim = {"caller": caller, "key": key, "fingerprint": fingerprint, "created_at": now}
    request.state.claim_db = db


def _replay(row: Any, fingerprint: bytes) -> None:
    if row.fingerprint != fingerprint:
        raise KeyReused("Another request was made with this Idempotency-Key in the last 48 hours.")
    raise Replay(Response(row.body, row.status, {**row.headers, "idempotent-replayed": "true"}))


async def keep(request: Request, response: Response) -> None:
    """Record the answer of a claimed request, in its transaction."""
    claimed = getattr(request.state, "claim", None)
    if claimed is None:
        return
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    row = {**claimed, "status": response.status_code, "headers": headers, "body": bytes(response.body)}
    await request.state.claim_db.execute(_KEEP, row)


_KEEP = insert(idempotency)
