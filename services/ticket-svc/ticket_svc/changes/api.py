"""The route of the change feed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query

from common.http.cursors import Pages
from common.http.problems import ProblemDocument
from common.http.route import Now, Router, Tx, needs
from ticket_svc.changes.read import read_changes
from ticket_svc.changes.schemas import ALL, ChangesView, Kinds

router = Router(prefix="/v1/changes", tags=["changes"])

_OLD: dict[int | str, dict[str, Any]] = {
    410: {"model": ProblemDocument, "description": "The cursor is older than the feed: export, and go on from there"}
}


@router.get("", responses=_OLD, dependencies=[needs("changes:read")])
async def list_(
    db: Tx, now: Now, paging: Pages, kinds: Annotated[Kinds, Query(description="Separated by commas.")] = ALL
) -> ChangesView:
    """What changed after the cursor; without one, in the last 30 days. Nothing is ever skipped."""
    return await read_changes(db, kinds=kinds, paging=paging, now=now)
