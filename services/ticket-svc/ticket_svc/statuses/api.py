"""The custom statuses' routes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import Response

from common.http import etag
from common.http.etag import IfMatch
from common.http.problems import ProblemDocument
from common.http.route import Now, Reads, Router, Tx, needs, once
from ticket_svc.statuses import read
from ticket_svc.statuses.change import change_status
from ticket_svc.statuses.define import define_status
from ticket_svc.statuses.schemas import CustomStatusChange, CustomStatusView, NewCustomStatus

router = Router(prefix="/v1/statuses", tags=["statuses"])

_TAKEN: dict[int | str, dict[str, Any]] = {409: {"model": ProblemDocument, "description": "The name is taken"}}
_CHANGE: dict[int | str, dict[str, Any]] = {
    **_TAKEN,
    412: {"model": ProblemDocument, "description": "Changed meanwhile"},
    428: {"model": ProblemDocument, "description": "If-Match is missing"},
}


def tell(response: Response, view: CustomStatusView) -> CustomStatusView:
    """Say the version of what is answered."""
    etag.tag(response, view.version)
    return view


@router.post("", status_code=201, responses=_TAKEN, dependencies=[needs("tickets:configure"), once])
async def define(wanted: NewCustomStatus, db: Tx, now: Now, response: Response) -> CustomStatusView:
    """Name a stage of the work."""
    return tell(response, await define_status(db, wanted, now=now))


@router.get("", dependencies=[needs("tickets:read")])
async def every(db: Reads) -> list[CustomStatusView]:
    """Every custom status, retired ones too."""
    return await read.all_statuses(db)


@router.get("/{status_id}", dependencies=[needs("tickets:read")])
async def one(status_id: UUID, db: Reads, response: Response) -> CustomStatusView:
    """One custom status."""
    return tell(response, await read.one_status(db, status_id))


@router.patch("/{status_id}", responses=_CHANGE, dependencies=[needs("tickets:configure")])
async def change(
    status_id: UUID, wanted: CustomStatusChange, seen: IfMatch, db: Tx, now: Now, response: Response
) -> CustomStatusView:
    """Rename, order or retire a custom status."""
    return tell(response, await change_status(db, status_id, wanted=wanted, seen=seen, now=now))
