"""The timeline's route."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from common.contracts.tickets import Channel, Language
from common.http.cursors import Page, Pages
from common.http.given import Who
from common.http.route import Reads, Router, needs
from ticket_svc.timeline.kinds import EntryKind
from ticket_svc.timeline.read import TimelineFilter, list_timeline
from ticket_svc.timeline.schemas import TimelineEntry

router = Router(prefix="/v1/customers", tags=["customers"])


async def asked(
    kind: Annotated[list[EntryKind] | None, Query(max_length=20, description="Any of these; without one, all.")] = None,
    channel: Annotated[Channel | None, Query(description="Of the ticket.")] = None,
) -> TimelineFilter:
    """The filters of the timeline."""
    return TimelineFilter(tuple(kind or ()), channel)


@router.get("/{customer_id}/timeline", dependencies=[needs("customers:read")])
async def timeline(
    customer_id: UUID,
    db: Reads,
    who: Who,
    wanted: Annotated[TimelineFilter, Depends(asked)],
    paging: Pages,
    language: Language = "zh",
) -> Page[TimelineEntry]:
    """All that happened with the customer: tickets, messages, steps, surveys, merges; newest first."""
    return await list_timeline(db, customer_id, wanted, paging, who=who, language=language)
