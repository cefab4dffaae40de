"""The route of bulk actions."""

from __future__ import annotations

from common.http.given import Who
from common.http.route import Now, Router, Tx, needs, once
from ticket_svc.bulk.act import act_on_many
from ticket_svc.bulk.schemas import BulkDone, BulkWanted
from ticket_svc.teams.standard import Standard

router = Router(prefix="/v1/tickets", tags=["bulk"])


@router.post("/bulk", dependencies=[needs("tickets:write"), once])
async def bulk(wanted: BulkWanted, db: Tx, who: Who, now: Now, standard: Standard) -> BulkDone:
    """Do one thing to up to 100 tickets. 200 says that it was tried: each ticket's own answer stands in `results`."""
    return await act_on_many(db, who, wanted=wanted, now=now, standard=standard)
