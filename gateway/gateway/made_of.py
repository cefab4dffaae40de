"""What the gateway is made of."""

from datetime import timedelta

from common.made_of import Service
from common.retention import Kept
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
    # Heartbeats clean up behind themselves; these are of people who have not come back. So few need no index.
    keeps=(Kept("presence", "seen_at", timedelta(hours=1)),),
)
