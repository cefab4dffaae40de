"""What this service is made of."""

from datetime import timedelta

from common.made_of import Service
from common.retention import Kept
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
    keeps=[Kept("suggestion", "made_at", timedelta(days=400))],
)
