"""The route of history."""

from __future__ import annotations

from common.http.given import Who
from common.http.route import Now, Router, Tx, needs, once
from ticket_svc.history.import_tickets import import_tickets
from ticket_svc.history.schemas import History, HistoryBrought

HISTORY = "/v1/tickets/import"
"""Where bodies may be larger than elsewhere."""

router = Router(prefix=HISTORY, tags=["history"])


@router.post("", dependencies=[needs("tickets:import"), once])
async def import_(wanted: History, db: Tx, who: Who, now: Now) -> HistoryBrought:
    """Bring in up to 100 tickets as they were elsewhere. No clock, rule, notice, survey or routing hears of them."""
    return await import_tickets(db, who, wanted=wanted, now=now)
