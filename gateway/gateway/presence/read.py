"""Finding who is at a ticket, and at all of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.db import ReadDb
from gateway.presence.people import Here, heard_until, together
from gateway.presence.schemas import HereView, PresenceView
from gateway.presence.tables import presence

_NOW = sa.select(presence).where(presence.c.seen_at > sa.bindparam("heard_until"))
_AT = _NOW.where(presence.c.ticket_id == sa.bindparam("of_ticket"))


def here(row: Any) -> Here:
    """The person of a page's row."""
    return Here(row.person_id, row.person_name, row.doing, row.since)


def view_of(ticket_id: UUID, people: tuple[Here, ...]) -> PresenceView:
    """These people as others see them."""
    return PresenceView(ticket_id=ticket_id, people=[HereView.model_validate(one) for one in people])


async def who_is_at(db: ReadDb, ticket_id: UUID, *, now: datetime) -> PresenceView:
    """Who is at this ticket."""
    rows = (await db.execute(_AT, {"heard_until": heard_until(now), "of_ticket": ticket_id})).all()
    return view_of(ticket_id, together(map(here, rows)))


async def who_is_where(db: ReadDb, *, now: datetime) -> Mapping[UUID, tuple[Here, ...]]:
    """Who is at which ticket: all that are now."""
    rows = (await db.execute(_NOW, {"heard_until": heard_until(now)})).all()
    pages: dict[UUID, list[Here]] = {}
    for row in rows:
        pages.setdefault(row.ticket_id, []).append(here(row))
    return {ticket_id: together(some) for ticket_id, some in pages.items()}
