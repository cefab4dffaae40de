"""Routes: API keys."""

from __future__ import annotations

from uuid import UUID

from fastapi import Response

from common.http.cursors import Page, Pages
from common.http.given import Who
from common.http.problems import ProblemDocument
from common.http.route import Now, Reads, Router, Tx, needs
from gateway.keys import read
from gateway.keys.issue import issue_key
from gateway.keys.revoke import revoke_key
from gateway.keys.schemas import IssuedKey, IssueKey, KeyView

router = Router(prefix="/v1/keys", tags=["keys"])


# No Idempotency-Key here: its record would keep the secret for 48 hours. Who loses the answer revokes and asks again.
@router.post(
    "",
    status_code=201,
    dependencies=[needs("keys:write")],
    responses={409: {"model": ProblemDocument, "description": "Two keys of this name are live"}},
)
async def issue(wanted: IssueKey, response: Response, db: Tx, who: Who, now: Now) -> IssuedKey:
    """Issue a key. Its `token` is shown this once: send it as `Authorization: Bearer …`."""
    response.headers["Cache-Control"] = "no-store"
    return await issue_key(db, who, wanted, now)


@router.get("", dependencies=[needs("keys:write")])
async def keys(db: Reads, pages: Pages) -> Page[KeyView]:
    """The keys, newest first, without their secrets."""
    return await read.some(db, pages)


@router.delete("/{key_id}", status_code=204, dependencies=[needs("keys:write")])
async def revoke(key_id: UUID, db: Tx, now: Now) -> None:
    """Revoke a key; it opens nothing any more (with several gateways, within 5 s)."""
    await revoke_key(db, key_id, now)
