"""What this service is made of."""

from common.made_of import Service
from kb_svc.app import build
from kb_svc.settings import Settings
from kb_svc.worker import LISTENS, TIMERS

SERVICE = Service(
    name="kb-svc",
    owner="kb",
    package="kb_svc",
    settings=Settings,
    build=build,
    listens=LISTENS,
    timers=TIMERS,
)
