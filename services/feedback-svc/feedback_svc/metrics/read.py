"""Reading the metrics: counted in the database, computed by the rules."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from common.db import ReadDb
from common.http.problems import invalid
from feedback_svc.metrics.csat import SCALE, csat
from feedback_svc.metrics.schemas import CsatView, IntervalView
from feedback_svc.surveys.tables import survey


async def read_csat(db: ReadDb, *, since: datetime | None, until: datetime | None, agent_id: UUID | None) -> CsatView:
    """CSAT of the answers first given in [since, until), the latest of each survey. Raises Invalid."""
    if since and until and since >= until:
        raise invalid("?to", "The end must be after the beginning.", "out_of_order")
    wanted = (
        sa.select(survey.c.score, sa.func.count().label("n"))
        .where(survey.c.state == "answered")
        .group_by(survey.c.score)
    )
    if since:
        wanted = wanted.where(survey.c.answered_at >= since)
    if until:
        wanted = wanted.where(survey.c.answered_at < until)
    if agent_id:
        wanted = wanted.where(survey.c.agent_id == agent_id)
    counts = {row.score: row.n for row in (await db.execute(wanted)).all()}
    return _view(counts, since, until)


def _view(counts: dict[int, int], since: datetime | None, until: datetime | None) -> CsatView:
    figure = csat(counts)
    bounds = None
    if figure.low is not None and figure.high is not None:
        bounds = IntervalView(low=figure.low, high=figure.high)
    return CsatView(
        since=since,
        until=until,
        n=figure.n,
        counts={str(score): counts.get(score, 0) for score in SCALE},
        percentage=figure.percentage,
        mean=figure.mean,
        interval=bounds,
    )
