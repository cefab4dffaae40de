"""The metrics of the service desk: tickets by channel, what is open, deadlines kept and missed."""

from __future__ import annotations

import sqlalchemy as sa
from prometheus_client import Counter, Gauge

from common import outbox
from common.contracts.tickets import SlaBreached, SlaMet, TicketOpened
from common.measured import Measured

CREATED = Counter("tickets_created_total", "Tickets opened", ["channel"])
OPEN = Gauge("tickets_open", "Tickets that are not over, by one worker for all", ["status", "priority"])
DUE = Counter("sla_due_total", "Deadlines that were decided: met or missed", ["clock"])
BREACHED = Counter("sla_breached_total", "Deadlines that were missed", ["clock"])

# The index on the status finds them, however many tickets are over.
_OPEN = sa.text(
    "SELECT status, priority, count(*) FROM ticket WHERE status IN ('new', 'open', 'pending', 'on_hold')"
    " GROUP BY status, priority"
)
MEASURES = (Measured(OPEN, _OPEN),)


def _opened(event: TicketOpened) -> None:
    CREATED.labels(event.channel).inc()


def _met(event: SlaMet) -> None:
    DUE.labels(event.clock).inc()


def _breached(event: SlaBreached) -> None:
    DUE.labels(event.clock).inc()
    BREACHED.labels(event.clock).inc()


outbox.counts(TicketOpened, _opened)
outbox.counts(SlaMet, _met)
outbox.counts(SlaBreached, _breached)
