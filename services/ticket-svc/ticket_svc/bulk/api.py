"""The route of bulk actions."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Request

from common.http.given import Who
from common.http.route import Now, Router, Tx, needs, once
from ticket_svc.bulk.act import act_on_many
from ticket_svc.bulk.schemas import BulkDone, BulkWanted

router = Router(prefix="/v1/tickets", tags=["bulk"])


async def auto_close_after(request: Request) -> timedelta:
    """How long a resolved ticket may be reopened."""
    after: timedelta = request.app.state.platform.settings.auto_close_after
    return after


AutoClose = Annotated[timedelta, Depends(auto_close_after)]


@router.post("/bulk", dependencies=[needs("tickets:write"), once])
async def bulk(wanted: BulkWanted, db: Tx, who: Who, now: Now, after: AutoClose) -> BulkDone:
    """Do one thing to up to 100 tickets. 200 says that it was tried: each ticket's own answer stands in `results`."""
    return await act_on_many(db, who, wanted=wanted, now=now, auto_close_after=after)
