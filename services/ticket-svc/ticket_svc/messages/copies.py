"""Rewriting what else holds a text that is hidden: earlier versions, drafts, the trail, events and kept answers.

Events that are on the bus already, and copies that others made of them, are out of reach: `message.redacted` tells
their holders. Rows that were changed here are gone from the disk with the next vacuum; backups keep what they have.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from common.db import Db
from common.plumbing import dead_letter, idempotency, outbox, parked
from ticket_svc.incidents.tables import broadcast, incident
from ticket_svc.messages.hiding import Hiding
from ticket_svc.messages.tables import message_version
from ticket_svc.trail.tables import ticket_event
from ticket_svc.writing.tables import draft

_VERSIONS = sa.select(message_version).where(message_version.c.message_id == sa.bindparam("of_message"))
_HIDE_VERSION = (
    sa.update(message_version)
    .where(message_version.c.message_id == sa.bindparam("of_message"), message_version.c.number == sa.bindparam("of"))
    .values(text=sa.bindparam("to_text"), html=sa.bindparam("to_html"), reason=sa.bindparam("to_reason"))
)
# An incident keeps what its reports are compared with, and what they were told.
_PROBLEM = sa.select(incident.c.id, incident.c.text).where(incident.c.id == sa.bindparam("of_ticket"))
_HIDE_PROBLEM = sa.update(incident).where(incident.c.id == sa.bindparam("of")).values(text=sa.bindparam("to_text"))
_TOLD = sa.select(broadcast.c.id, broadcast.c.text).where(
    broadcast.c.incident_id == sa.bindparam("of_ticket"), broadcast.c.text.is_not(None)
)
_HIDE_TOLD = sa.update(broadcast).where(broadcast.c.id == sa.bindparam("of")).values(text=sa.bindparam("to_text"))
_DRAFTS = sa.select(draft).where(draft.c.ticket_id == sa.bindparam("of_ticket"))
_HIDE_DRAFT = (
    sa.update(draft)
    .where(draft.c.ticket_id == sa.bindparam("of_ticket"), draft.c.author_id == sa.bindparam("of_author"))
    .values(text=sa.bindparam("to_text"), html=sa.bindparam("to_html"))
)
_TRAIL = sa.select(ticket_event).where(ticket_event.c.ticket_id == sa.bindparam("of_ticket"))
_HIDE_STEP = (
    sa.update(ticket_event)
    .where(ticket_event.c.ticket_id == sa.bindparam("of_ticket"), ticket_event.c.position == sa.bindparam("of"))
    .values(data=sa.bindparam("to_data"))
)
# An answer is kept under the time of its request, which is also the message's: so an index finds it.
_ANSWERS = sa.select(idempotency).where(
    idempotency.c.created_at == sa.any_(sa.bindparam("times", type_=ARRAY(sa.DateTime(timezone=True))))
)
_HIDE_ANSWER = (
    sa.update(idempotency)
    .where(idempotency.c.caller == sa.bindparam("of_caller"), idempotency.c.key == sa.bindparam("of_key"))
    .values(body=sa.bindparam("to_body"))
)
_ENVELOPES = [
    (
        sa.select(table.c.id, table.c.envelope).where(key == sa.bindparam("wanted")),
        sa.update(table).where(table.c.id == sa.bindparam("of")).values(envelope=sa.bindparam("to_envelope")),
        kind,
    )
    for table, key, kind in (
        (outbox, outbox.c.aggregate_id, UUID),
        (parked, parked.c.key, str),
        (dead_letter, dead_letter.c.key, str),
    )
]


async def hide_copies(db: Db, hiding: Hiding, *, ticket_id: UUID, times: Sequence[datetime]) -> bool:
    """Hide it in every copy that this service has; whether it stood in any. `times`: when ticket and message came."""
    found = [
        await _in_versions(db, hiding),
        await _in_drafts(db, hiding, ticket_id),
        await _in_incident(db, hiding, ticket_id),
        await _in_trail(db, hiding, ticket_id),
        await _in_events(db, hiding, ticket_id),
        await _in_answers(db, hiding, times),
    ]
    return any(found)


async def _in_versions(db: Db, hiding: Hiding) -> bool:
    rows = (await db.execute(_VERSIONS, {"of_message": hiding.message_id})).all()
    changed = [
        {
            "of_message": row.message_id,
            "of": row.number,
            "to_text": after[0],
            "to_html": after[1],
            "to_reason": after[2],
        }
        for row in rows
        if (after := _version(hiding, row)) != (row.text, row.html, row.reason)
    ]
    return await _write(db, _HIDE_VERSION, changed)


def _version(hiding: Hiding, row: Any) -> tuple[str, str | None, str | None]:
    reason = hiding.in_json({"reason": row.reason})["reason"]
    return hiding.in_text(row.text), hiding.in_html(row.html), reason


async def _in_drafts(db: Db, hiding: Hiding, ticket_id: UUID) -> bool:
    """A draft is no part of the message, but whoever answers it may have quoted the string."""
    if hiding.is_whole:
        return False
    rows = (await db.execute(_DRAFTS, {"of_ticket": ticket_id})).all()
    changed = [
        {"of_ticket": ticket_id, "of_author": row.author_id, "to_text": text, "to_html": html}
        for row in rows
        for text, html in [(hiding.in_text(row.text), hiding.in_html(row.html))]
        if (text, html) != (row.text, row.html)
    ]
    return await _write(db, _HIDE_DRAFT, changed)


async def _in_incident(db: Db, hiding: Hiding, ticket_id: UUID) -> bool:
    found = False
    for select, update in ((_PROBLEM, _HIDE_PROBLEM), (_TOLD, _HIDE_TOLD)):
        rows = (await db.execute(select, {"of_ticket": ticket_id})).all()
        changed = [{"of": row.id, "to_text": text} for row in rows if (text := hiding.in_problem(row.text)) != row.text]
        found = await _write(db, update, changed) or found
    return found


async def _in_trail(db: Db, hiding: Hiding, ticket_id: UUID) -> bool:
    rows = (await db.execute(_TRAIL, {"of_ticket": ticket_id})).all()
    changed = [
        {"of_ticket": ticket_id, "of": row.position, "to_data": data}
        for row in rows
        if (data := hiding.in_json(row.data, opens=row.type == "ticket.opened")) != row.data
    ]
    return await _write(db, _HIDE_STEP, changed)


async def _in_events(db: Db, hiding: Hiding, ticket_id: UUID) -> bool:
    """Also in those that are on the bus: kept for a replay, they must not bring it back."""
    found = False
    for select, update, kind in _ENVELOPES:
        rows = (await db.execute(select, {"wanted": kind(str(ticket_id))})).all()
        changed = [
            {"of": row.id, "to_envelope": envelope}
            for row in rows
            if (envelope := _envelope(hiding, row.envelope)) is not None
        ]
        found = await _write(db, update, changed) or found
    return found


def _envelope(hiding: Hiding, raw: bytes) -> bytes | None:
    """The event without it; None when it was not there."""
    told = orjson.loads(raw)
    data = hiding.in_json(told["data"], opens=told["type"] == "ticket.opened")
    return None if data == told["data"] else orjson.dumps({**told, "data": data})


async def _in_answers(db: Db, hiding: Hiding, times: Sequence[datetime]) -> bool:
    rows = (await db.execute(_ANSWERS, {"times": list(times)})).all()
    changed = []
    for row in rows:
        told = orjson.loads(row.body)
        shown = hiding.in_json(told)
        if shown != told:
            changed.append({"of_caller": row.caller, "of_key": row.key, "to_body": orjson.dumps(shown)})
    return await _write(db, _HIDE_ANSWER, changed)


async def _write(db: Db, update: sa.Update, changed: list[dict[str, Any]]) -> bool:
    if changed:
        await db.execute(update, changed)
    return bool(changed)
