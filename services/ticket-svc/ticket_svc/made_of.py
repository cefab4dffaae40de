"""What this service is made of."""

from common.made_of import Service
from common.retention import Kept
from ticket_svc.app import build
from ticket_svc.joining.keep import RETENTION
from ticket_svc.settings import Settings
from ticket_svc.worker import LISTENS, TIMERS

SERVICE = Service(
    name="ticket-svc",
    owner="ticket",
    package="ticket_svc",
    settings=Settings,
    build=build,
    listens=LISTENS,
    timers=TIMERS,
    keeps=[Kept("customer_merge", "merged_at", RETENTION)],
)
