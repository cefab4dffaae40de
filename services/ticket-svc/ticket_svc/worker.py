"""Door 2: what runs without being asked, by events (`listens.py`) and by timers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from common.timers import TimerOperation
from ticket_svc.exports.start import WRITE_TIMER
from ticket_svc.exports.write import write_step
from ticket_svc.incidents.deliver import deliver
from ticket_svc.incidents.tell_all import DELIVER_TIMER
from ticket_svc.listens import LISTENS, listens
from ticket_svc.rights import erase, retention
from ticket_svc.rights.ask import ERASE_TIMER
from ticket_svc.rules import set_times
from ticket_svc.rules.come_due import come_due
from ticket_svc.search import rebuild
from ticket_svc.settings import Settings
from ticket_svc.tickets import announce_close, breach, close, snooze

__all__ = ["LISTENS", "listens", "timers"]


def timers(settings: Settings) -> Mapping[str, TimerOperation]:
    """Which timer runs which operation."""
    return {
        "sla.first_response": breach.first_response_due,
        "sla.resolution": breach.resolution_due,
        "ticket.auto_close": close.auto_close,
        "ticket.close_notice": announce_close.announce_close,
        "ticket.wake": snooze.time_to_wake,
        ERASE_TIMER: erase.erase_next,
        retention.RETENTION_TIMER: retention.let_go_what_is_due,
        rebuild.KIND: rebuild.catch_up,
        WRITE_TIMER: write_step,
        DELIVER_TIMER: partial(deliver, standard=settings.windows),
        set_times.KIND: partial(come_due, standard=settings.windows),
    }
