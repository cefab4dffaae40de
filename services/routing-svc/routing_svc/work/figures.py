"""The metrics of the queue: what waits for an agent, or for an agent's answer."""

import sqlalchemy as sa
from prometheus_client import Gauge

from common.measured import Measured

WAITING = Gauge("work_items_waiting", "Tickets that no agent has yet, by one worker for all", ["state"])

MEASURES = (
    Measured(
        WAITING,
        sa.text("SELECT state, count(*) FROM work_item WHERE state IN ('queued', 'offered') GROUP BY state"),
    ),
)
