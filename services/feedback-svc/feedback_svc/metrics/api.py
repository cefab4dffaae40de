"""The HTTP door of metrics."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from common.http.route import Reads, Router, needs
from common.http.shapes import Instant
from feedback_svc.metrics.read import read_csat
from feedback_svc.metrics.schemas import CsatView

router = Router(prefix="/v1/metrics", tags=["metrics"])

_YEARS = "From 2000-01-01 to 2200-01-01, UTC."
_From = Annotated[Instant | None, Query(alias="from", description=f"Included. {_YEARS}")]
_To = Annotated[Instant | None, Query(alias="to", description=f"Not included. {_YEARS}")]


@router.get("/csat", dependencies=[needs("surveys:read")])
async def csat(db: Reads, since: _From = None, until: _To = None, agent_id: UUID | None = None) -> CsatView:
    """Customer satisfaction: share of scores 4 and 5, with its 95 % interval."""
    return await read_csat(db, since=since, until=until, agent_id=agent_id)
