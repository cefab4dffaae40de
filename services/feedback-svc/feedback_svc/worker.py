"""What feedback-svc does without being asked: its listeners and its timers, fitted to the settings."""

from collections.abc import Mapping
from functools import partial

from common.listen import Listen
from common.timers import TimerOperation
from feedback_svc.listens import listens
from feedback_svc.recoveries.open import OVERDUE
from feedback_svc.recoveries.overdue import mark_overdue
from feedback_svc.settings import Settings
from feedback_svc.surveys.link import Links
from feedback_svc.surveys.plan import SEND
from feedback_svc.surveys.send import send_survey


def heard(settings: Settings) -> list[Listen]:
    """Which event runs which operation."""
    return listens(survey_delay=settings.survey_delay)


def timers(settings: Settings) -> Mapping[str, TimerOperation]:
    """Which timer runs which operation."""
    links = Links(settings.signing_secret.get_secret_value(), settings.public_url)
    return {
        SEND: partial(send_survey, links=links, every=settings.survey_every),
        OVERDUE: mark_overdue,
    }
