"""The HTTP door of metrics."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import AwareDatetime

from common.http.route import Reads, Router, needs
from feedback_svc.metrics.read import read_csat
from feedback_svc.metrics.schemas import CsatView

router = Router(prefix="/v1/metrics", tags=["metrics"])

# Nobody was surveyed outside these years, and the database's calendar is not as wide as ISO 8601's.
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_From = Annotated[AwareDatetime | None, Query(alias="from", ge=_FIRST, le=_LAST, description="Included.")]
_To = Annotated[AwareDatetime | None, Query(alias="to", ge=_FIRST, le=_LAST, description="Not included.")]


@router.get("/csat", dependencies=[needs("surveys:read")])
async def csat(db: Reads, since: _From = None, until: _To = None, agent_id: UUID | None = None) -> CsatView:
    """Customer satisfaction: share of scores 4 and 5, with its 95 % interval."""
    return await read_csat(db, since=since, until=until, agent_id=agent_id)
