"""The HTTP door of metrics."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import AfterValidator, AwareDatetime
from pydantic_core import PydanticCustomError

from common.http.route import Reads, Router, needs
from feedback_svc.metrics.read import read_csat
from feedback_svc.metrics.schemas import CsatView

router = Router(prefix="/v1/metrics", tags=["metrics"])

# Nobody was surveyed outside these years, and the database's calendar is not as wide as ISO 8601's.
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_YEARS = "From 2000-01-01 to 2200-01-01, UTC."


def _in_our_years(at: AwareDatetime | None) -> AwareDatetime | None:
    if at is not None and not _FIRST <= at <= _LAST:
        raise PydanticCustomError("out_of_years", "This is not between 2000-01-01 and 2200-01-01 UTC")
    return at


_Time = Annotated[AwareDatetime | None, AfterValidator(_in_our_years)]
_From = Annotated[_Time, Query(alias="from", description=f"Included. {_YEARS}")]
_To = Annotated[_Time, Query(alias="to", description=f"Not included. {_YEARS}")]


@router.get("/csat", dependencies=[needs("surveys:read")])
async def csat(db: Reads, since: _From = None, until: _To = None, agent_id: UUID | None = None) -> CsatView:
    """Customer satisfaction: share of scores 4 and 5, with its 95 % interval."""
    return await read_csat(db, since=since, until=until, agent_id=agent_id)
