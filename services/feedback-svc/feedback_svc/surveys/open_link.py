"""Opening a survey link: what it says, or why it opens nothing."""

from datetime import datetime

from common.http.problems import Problem
from common.tokens import Expired, Forged
from feedback_svc.surveys.answer import NoSuchSurvey
from feedback_svc.surveys.link import Link, Links


class LinkExpired(Problem):
    """The link was good for 14 days."""

    status, title = 410, "The link has expired"


def open_link(links: Links, token: str, now: datetime) -> Link:
    """What the link says. Raises NoSuchSurvey for one that we did not make, LinkExpired for one that is too old."""
    try:
        return links.read(token, now=now)
    except Forged as error:
        raise NoSuchSurvey("This is no survey link of ours.") from error
    except Expired as error:
        raise LinkExpired("The link was good for 14 days.") from error
