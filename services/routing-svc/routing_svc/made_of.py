"""What routing-svc is made of."""

from datetime import timedelta

from common.made_of import Service
from common.retention import Kept
from routing_svc.app import build
from routing_svc.settings import Settings
from routing_svc.work.figures import MEASURES
from routing_svc.worker import LISTENS, TIMERS

_KEEPS = (
    # Far beyond any reopening: a ticket that goes on after its item has gone counts as never heard of.
    Kept("offer", "ended_at", timedelta(days=400)),
    Kept("work_item", "ended_at", timedelta(days=401)),
)

SERVICE = Service(
    name="routing-svc",
    owner="routing",
    package="routing_svc",
    settings=Settings,
    build=build,
    listens=LISTENS,
    timers=TIMERS,
    keeps=_KEEPS,
    measures=MEASURES,
)
