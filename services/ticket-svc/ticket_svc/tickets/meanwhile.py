"""Telling somebody who saved an older version of a ticket what happened meanwhile: who did what, with which effect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from common.db import Db
from common.http.etag import StaleVersion
from ticket_svc.customers.shown import shown_data, shown_name
from ticket_svc.tickets.messages import TRAIL
from ticket_svc.trail.tables import ticket_event

MOST = 20
"""Steps that are told; whoever is further behind reads the ticket anew."""

_SINCE = (
    sa.select(ticket_event)
    .where(ticket_event.c.ticket_id == sa.bindparam("of_ticket"), ticket_event.c.version > sa.bindparam("seen"))
    .order_by(ticket_event.c.position.desc())
    .limit(MOST)
)


async def must_be_present(db: Db, row: Mapping[Any, Any], seen: int | None) -> None:
    """Raise StaleVersion, with what happened since, unless the version that was `seen` (if one was) is the ticket's."""
    if seen is None or row["version"] == seen:
        return
    steps = (await db.execute(_SINCE, {"of_ticket": row["id"], "seen": seen})).all()
    raise StaleVersion(row["version"], changes=[_told(step) for step in reversed(steps)])


def _told(step: Any) -> dict[str, Any]:
    name = shown_name(step.actor_name) if step.actor_kind == "customer" else step.actor_name
    return {
        "version": step.version,
        "type": step.type,
        "text": {language: texts.get(step.type, step.type) for language, texts in TRAIL.items()},
        "actor": {"kind": step.actor_kind, "id": step.actor_id, "name": name},
        "at": step.at,
        "data": shown_data(step.data),
    }
