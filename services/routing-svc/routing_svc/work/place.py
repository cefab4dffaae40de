"""Placing tickets as work items: the rows of tickets that were not known before."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from common.db import Db
from common.rows import given
from routing_svc.choosing.order import turn_at
from routing_svc.choosing.requirements import required_skills
from routing_svc.schema import work_item

_FIELDS = (
    "ticket_id",
    "number",
    "subject",
    "priority",
    "topic",
    "language",
    "required_skills",
    "state",
    "queued_at",
    "turn_at",
    "why",
    "ended_at",
    "ticket_version",
    "version",
)
_PLACE = (
    insert(work_item)
    .from_select(list(_FIELDS), sa.select(given(*(work_item.c[name] for name in _FIELDS))))
    .on_conflict_do_nothing(index_elements=["ticket_id"])
    .returning(work_item.c.ticket_id)
)


async def place(db: Db, rows: Sequence[Mapping[str, Any]]) -> set[UUID]:
    """Insert work items; those of tickets that are known already are left as they are. Returns the new ones."""
    if not rows:
        return set()
    return set((await db.execute(_PLACE, {"rows": rows})).scalars())


def needs(language: str, topic: str | None, skills_of_topics: Mapping[str, str]) -> list[str]:
    """The skills that a ticket of this language and topic requires, under the present mapping."""
    return required_skills(language, skills_of_topics.get(topic) if topic else None)


def queued_row(
    ticket_id: UUID,
    *,
    number: int,
    subject: str,
    priority: str,
    topic: str | None,
    language: str,
    required: Sequence[str],
    queued_at: datetime,
    ticket_version: int,
) -> dict[str, Any]:
    """A ticket that waits from `queued_at` on."""
    return {
        "ticket_id": ticket_id,
        "number": number,
        "subject": subject,
        "priority": priority,
        "topic": topic,
        "language": language,
        "required_skills": list(required),
        "state": "queued",
        "queued_at": queued_at,
        "turn_at": turn_at(priority, queued_at),
        "why": [],
        "ended_at": None,
        "ticket_version": ticket_version,
        "version": 1,
    }


def gravestones(ended: Iterable[tuple[UUID, int]], now: datetime) -> list[dict[str, Any]]:
    """Rows for tickets (id, version) whose end is heard before their opening, which must then change nothing."""
    return [
        {
            "ticket_id": ticket_id,
            "number": None,
            "subject": "",
            "priority": "normal",
            "topic": None,
            "language": "zh",
            "required_skills": [],
            "state": "ended",
            "queued_at": now,
            "turn_at": now,
            "why": [],
            "ended_at": now,
            "ticket_version": ticket_version,
            "version": 0,
        }
        for ticket_id, ticket_version in ended
    ]
