"""Door 2: what runs without being asked, by events (`listens.py`) and by timers."""

from collections.abc import Mapping

from common.timers import TimerOperation
from ticket_svc.listens import LISTENS
from ticket_svc.search import rebuild
from ticket_svc.tickets import breach, close

TIMERS: Mapping[str, TimerOperation] = {
    "sla.first_response": breach.first_response_due,
    "sla.resolution": breach.resolution_due,
    "ticket.auto_close": close.auto_close,
    rebuild.KIND: rebuild.catch_up,
}

__all__ = ["LISTENS", "TIMERS"]
