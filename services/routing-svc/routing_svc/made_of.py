"""What routing-svc is made of."""

from common.made_of import Service
from routing_svc.app import build
from routing_svc.settings import Settings
from routing_svc.worker import LISTENS, TIMERS

SERVICE = Service(
    name="routing-svc",
    owner="routing",
    package="routing_svc",
    settings=Settings,
    build=build,
    listens=LISTENS,
    timers=TIMERS,
)
