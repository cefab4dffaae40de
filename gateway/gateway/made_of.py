"""What the gateway is made of."""

from common.made_of import Service
from gateway.app import build
from gateway.settings import GatewaySettings
from gateway.worker import LISTENS, TIMERS

SERVICE = Service(
    name="gateway",
    owner="gateway",
    package="gateway",
    settings=GatewaySettings,
    build=build,
    listens=LISTENS,
    timers=TIMERS,
)
