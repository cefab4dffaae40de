"""Erasing what the plumbing keeps of somebody: events said, parked and dead, the errors of timers, kept answers.

Whoever erases a person's data calls this beside what it does to its own tables. What stays of an event is what its
model says is no text: ids, times, numbers and fixed words; so it can still be read, and replayed, by anybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, get_args
from uuid import UUID

import orjson
import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy.dialects.postgresql import ARRAY

from common import outbox
from common.contracts.base import REGISTRY, Event, Heard
from common.contracts.tickets import TicketDeleted, TicketErased
from common.db import Db
from common.ids import new_id
from common.plumbing import dead_letter, idempotency, parked
from common.plumbing import outbox as said

HIDDEN = "████"
"""What stands for a text that was erased."""

_CODES = frozenset({"after", "before", "locale", "status", "ticket_type", "tier"})
"""Members that are text to their models and yet nothing that anybody wrote."""


def without_texts(raw: bytes) -> bytes:
    """The event's envelope without what people wrote; what is no event of ours loses all it says."""
    try:
        envelope = orjson.loads(raw)
        model = REGISTRY[envelope["type"]]
        return orjson.dumps({**envelope, "data": _emptied(model, envelope["data"])})
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return b"{}"


def _emptied(model: type[BaseModel], data: Mapping[str, Any]) -> dict[str, Any]:
    fields = model.model_fields
    return {
        name: value if name in _CODES else _without(_kinds(fields[name].annotation), value)
        for name, value in data.items()
        if name in fields
    }


def _kinds(annotation: Any) -> frozenset[Any]:
    """The types that an annotation is made of, whatever it makes of them."""
    inner = get_args(annotation)
    return frozenset().union(*map(_kinds, inner)) | {annotation} if inner else frozenset({annotation})


def _without(kinds: frozenset[Any], value: Any) -> Any:
    if isinstance(value, list):
        return [] if str in kinds else [_without(kinds, one) for one in value]
    if isinstance(value, dict):
        model = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)
        return _emptied(model, value) if model else {}
    return HIDDEN if isinstance(value, str) and str in kinds else value


_ENVELOPES_OF = sa.select(said.c.id, said.c.envelope).where(
    said.c.aggregate_id == sa.any_(sa.bindparam("ids", type_=ARRAY(sa.Uuid)))
)
# Bytes as text without decoding them: an id is ASCII, so it stands there as it is. Hashed, however many ids there are.
_MENTIONS = """
    SELECT FROM regexp_matches(encode({column}, 'escape'),
      '[0-9a-f]{{8}}-[0-9a-f]{{4}}-[0-9a-f]{{4}}-[0-9a-f]{{4}}-[0-9a-f]{{12}}', 'g') AS found
    WHERE found[1] IN (SELECT CAST(id AS text) FROM unnest(CAST(:ids AS uuid[])) AS id)
"""
_PARKED = sa.text(f"SELECT id, envelope FROM parked WHERE EXISTS ({_MENTIONS.format(column='envelope')})")
_DEAD = sa.text(f"SELECT id, envelope FROM dead_letter WHERE EXISTS ({_MENTIONS.format(column='envelope')})")
_ANSWERS = sa.text(
    f"""
    WITH gone AS (UPDATE idempotency SET status = 410, headers = :headers, body = :body
      WHERE status <> 410 AND EXISTS ({_MENTIONS.format(column="body")}) RETURNING 1)
    SELECT count(*) FROM gone
    """
).bindparams(
    sa.bindparam("headers", {"content-type": "application/problem+json"}, type_=idempotency.c.headers.type),
    sa.bindparam("body", b'{"type":"about:blank","title":"Erased","status":410}', type_=idempotency.c.body.type),
)
_WRITE = {
    table: sa.update(table)
    .where(table.c.id == sa.bindparam("of"))
    .values({"envelope": sa.bindparam("to_envelope"), **more})
    for table, more in (
        (said, {}),
        # An error may quote the event that it is about.
        (parked, {"error": sa.case((parked.c.error.is_not(None), HIDDEN))}),
        (dead_letter, {"error": HIDDEN}),
    )
}
_TIMERS = sa.text("UPDATE timer SET error = :hidden WHERE subject_id = ANY(:ids) AND error IS NOT NULL").bindparams(
    sa.bindparam("ids", type_=ARRAY(sa.Uuid)), hidden=HIDDEN
)


async def erase_said(db: Db, about: Sequence[UUID]) -> None:
    """Take the texts out of the events that were said of these aggregates and are still kept here."""
    await _rewrite(db, said, (await db.execute(_ENVELOPES_OF, {"ids": list(about)})).all())


async def erase_mentions(db: Db, ids: Sequence[UUID]) -> dict[str, int]:
    """Take the texts out of every parked or dead event, and every kept answer, that mentions one of these ids.

    How many there were of each. A request whose answer was kept is answered 410 from now on.
    """
    given = {"ids": list(ids)}
    counts = {
        "parked_events": await _rewrite(db, parked, (await db.execute(_PARKED, given)).all()),
        "dead_letters": await _rewrite(db, dead_letter, (await db.execute(_DEAD, given)).all()),
        "kept_answers": (await db.execute(_ANSWERS, given)).scalar_one(),
    }
    await db.execute(_TIMERS, given)
    return {name: count for name, count in counts.items() if count}


async def _rewrite(db: Db, table: sa.Table, rows: Sequence[Any]) -> int:
    changed = [{"of": row.id, "to_envelope": after} for row in rows if (after := without_texts(row.envelope)) != row[1]]
    if changed:
        await db.execute(_WRITE[table], changed)
    return len(changed)


async def answer(db: Db, event: Event, now: datetime) -> None:
    """Say what was erased. Each answer stands for itself: nobody else's order depends on it."""
    await outbox.say(db, event, about=new_id(), version=1, now=now)


def by_erasure(heard: Sequence[Heard[TicketErased]]) -> dict[UUID | None, list[UUID]]:
    """The tickets of each erasure; under None those that no erasure asks about."""
    found: dict[UUID | None, list[UUID]] = {}
    for one in heard:
        found.setdefault(one.data.erasure_id, []).append(one.data.ticket_id)
    return found


def by_deletion(heard: Sequence[Heard[TicketDeleted]]) -> dict[UUID, list[UUID]]:
    """The tickets of each deletion."""
    found: dict[UUID, list[UUID]] = {}
    for one in heard:
        found.setdefault(one.data.deletion_id, []).append(one.data.ticket_id)
    return found
