"""What feedback-svc is made of."""

from dataclasses import replace

from common.made_of import Service
from feedback_svc.app import build
from feedback_svc.settings import Settings
from feedback_svc.worker import heard, timers


def _fitted(service: Service, settings: Settings) -> Service:
    return replace(service, listens=heard(settings), timers=timers(settings))


SERVICE = Service(
    name="feedback-svc",
    owner="feedback",
    package="feedback_svc",
    settings=Settings,
    build=build,
    # Both depend on the settings: see worker.py.
    listens=(),
    timers={},
    fitted=_fitted,
)
