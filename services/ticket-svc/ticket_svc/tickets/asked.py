"""Which tickets a list is asked for, and in which order: the query of `GET /v1/tickets`."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from common.contracts.tickets import Priority
from common.http.shapes import ExternalId, Instant, Word
from ticket_svc.fields.schemas import TypeKey
from ticket_svc.tickets.read import Sort, TicketFilter
from ticket_svc.tickets.schemas import Tag
from ticket_svc.tickets.status import Status


async def asked(
    status: Annotated[Status | None, Query()] = None,
    priority: Annotated[Priority | None, Query()] = None,
    agent_id: Annotated[UUID | None, Query()] = None,
    customer_id: Annotated[UUID | None, Query()] = None,
    topic: Annotated[Word | None, Query()] = None,
    team_id: Annotated[UUID | None, Query()] = None,
    snoozed: Annotated[bool | None, Query(description="false leaves out what sleeps.")] = None,
    type: Annotated[TypeKey | None, Query()] = None,
    tag: Annotated[Tag | None, Query()] = None,
    organisation_id: Annotated[UUID | None, Query()] = None,
    external_id: Annotated[ExternalId | None, Query(description="Its id in another system.")] = None,
    updated_since: Annotated[Instant | None, Query(description="Changed then or later.")] = None,
    sort: Annotated[Sort, Query(description="updated_at: least recently changed first.")] = "opened_at",
) -> TicketFilter:
    """The filters of the list."""
    return TicketFilter(
        status,
        priority,
        agent_id,
        customer_id,
        topic,
        team_id,
        snoozed,
        type,
        tag,
        organisation_id,
        external_id,
        updated_since,
        sort,
    )


Asked = Annotated[TicketFilter, Depends(asked)]
"""The filters that a request asks for."""
