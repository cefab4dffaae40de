"""The timeline of a person: three sources, each read from an index by the page's place, in one statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from common.contracts.tickets import Channel, Language
from common.db import ReadDb
from common.http.cursors import Page, Paging
from common.http.identity import Caller
from ticket_svc.customers.mask import PERSONAL, mask_name, mask_step
from ticket_svc.customers.messages import TRAIL as CUSTOMER_TRAIL
from ticket_svc.customers.read import present_customer
from ticket_svc.tickets.messages import TRAIL as TICKET_TRAIL
from ticket_svc.timeline.kinds import OF_OTHERS, TOLD_ELSEWHERE, EntryKind, Sought, kind_of_step, sought
from ticket_svc.timeline.place import CUSTOMER, MESSAGE, STEP, Place, place_after
from ticket_svc.timeline.schemas import TimelineActor, TimelineEntry, TimelineTicket


@dataclass(frozen=True, slots=True)
class TimelineFilter:
    """What of a timeline to list; nothing named asks for all."""

    kinds: tuple[EntryKind, ...] = ()
    channel: Channel | None = None


# Each LATERAL has a LIMIT or OFFSET of its own, so that the planner cannot make a join of it: whatever it believes of
# the tables, it goes by index from ticket to ticket. Whatever is written to a ticket leaves a step on its trail, so
# nothing of a ticket is younger than `until`, its youngest step. Of the tickets that are nearest by it the newest rows
# are looked up: they set the `edge`, and no ticket that ends before the edge has a row on this page. Of the others the
# tickets with the newest row each are read in full.
_FAMILIES = ", ".join(f"'{name}'" for name in OF_OTHERS)
_ELSEWHERE = ", ".join(f"'{name}'" for name in TOLD_ELSEWHERE)
_MESSAGES = "(created_at, id) < (:at, :message_id) AND CASE WHEN is_public THEN :public ELSE :notes END"
_STEPS = f"""(at, position) < (:at, :step) AND type NOT IN ({_ELSEWHERE})
          AND CASE WHEN type = 'ticket.opened' THEN 'opened'
            WHEN split_part(type, '.', 1) IN ({_FAMILIES}) THEN split_part(type, '.', 1)
            ELSE 'ticket' END = ANY(:steps)"""
_ROWS = {
    "message": (_MESSAGES, "created_at DESC, id DESC"),
    "ticket_event": (_STEPS, "at DESC, position DESC"),
}


def _newest(table: str, of: str, most: str) -> str:
    """The newest rows of a ticket that the page may show."""
    condition, order = _ROWS[table]
    return f"SELECT * FROM {table} WHERE ticket_id = {of}.id AND {condition} ORDER BY {order} LIMIT {most}"


TIMELINE = sa.text(
    f"""
    WITH RECURSIVE person AS (
      SELECT CAST(:customer_id AS uuid) AS id
      UNION SELECT c.id FROM person p
      CROSS JOIN LATERAL (SELECT id FROM customer WHERE merged_into = p.id OFFSET 0) c),
    mine AS (
      SELECT t.id, number, subject, channel, LEAST(e.at, :at) AS until FROM ticket t CROSS JOIN LATERAL (
        SELECT max(at) AS at FROM ticket_event WHERE ticket_id = t.id OFFSET 0) e
      WHERE customer_id = :customer_id AND (CAST(:channel AS text) IS NULL OR channel = :channel)),
    nearest AS (SELECT id FROM mine ORDER BY until DESC LIMIT :most),
    edge AS (
      SELECT at FROM (
        SELECT m.created_at AS at FROM nearest CROSS JOIN LATERAL ({_newest("message", "nearest", "1")}) m
        UNION ALL
        SELECT e.at FROM nearest CROSS JOIN LATERAL ({_newest("ticket_event", "nearest", "1")}) e) AS newest
      ORDER BY at DESC OFFSET :most - 1 LIMIT 1),
    near AS (SELECT id FROM mine WHERE until >= COALESCE((SELECT at FROM edge), '-infinity')),
    talked AS (
      SELECT near.id FROM near CROSS JOIN LATERAL ({_newest("message", "near", "1")}) m
      WHERE :public OR :notes ORDER BY m.created_at DESC, m.id DESC LIMIT :most),
    moved AS (
      SELECT near.id FROM near CROSS JOIN LATERAL ({_newest("ticket_event", "near", "1")}) e
      WHERE cardinality(:steps) > 0 ORDER BY e.at DESC, e.position DESC LIMIT :most),
    found AS (
      SELECT {MESSAGE} AS source, CAST(m.id AS text) AS key, m.created_at AS at, m.ticket_id,
        CASE WHEN m.is_public THEN 'message.public' ELSE 'message.note' END AS type,
        m.author_kind AS actor_kind, m.author_id AS actor_id, m.author_name AS actor_name, m.text, NULL AS data
      FROM talked CROSS JOIN LATERAL ({_newest("message", "talked", ":most")}) m
      UNION ALL
      SELECT {STEP}, CAST(e.position AS text), e.at, e.ticket_id, e.type,
        e.actor_kind, e.actor_id, e.actor_name, NULL, e.data
      FROM moved CROSS JOIN LATERAL ({_newest("ticket_event", "moved", ":most")}) e
      UNION ALL
      SELECT {CUSTOMER}, CAST(e.position AS text), e.at, NULL, e.type,
        e.actor_kind, e.actor_id, e.actor_name, NULL, e.data
      FROM person CROSS JOIN LATERAL (
        SELECT * FROM customer_event
        WHERE customer_id = person.id AND (at, position) < (:at, :customer_step)
        ORDER BY at DESC, position DESC LIMIT :most) e
      WHERE :customer)
    SELECT found.*, mine.number, mine.subject, mine.channel FROM found LEFT JOIN mine ON mine.id = found.ticket_id
    ORDER BY at DESC, source DESC, length(key) DESC, key COLLATE "C" DESC LIMIT :most
    """
).bindparams(
    *(sa.bindparam(name, type_=sa.Uuid) for name in ("customer_id", "message_id")),
    *(sa.bindparam(name, type_=sa.Boolean) for name in ("public", "notes", "customer")),
    *(sa.bindparam(name, type_=sa.BigInteger) for name in ("step", "customer_step", "most")),
    sa.bindparam("channel", type_=sa.Text),
    sa.bindparam("steps", type_=ARRAY(sa.Text)),
    sa.bindparam("at", type_=sa.DateTime(timezone=True)),
)


async def list_timeline(
    db: ReadDb, customer_id: UUID, wanted: TimelineFilter, paging: Paging, *, who: Caller, language: Language
) -> Page[TimelineEntry]:
    """What happened with a person, newest first, with the past of all who were merged into them.

    What stands in tickets is told to those who may read tickets. Raises NoSuchCustomer, BadCursor.
    """
    present = await present_customer(db, customer_id)
    place = place_after(paging.after("timeline"))
    seen = sought(wanted.kinds, channel=wanted.channel, may_read_tickets=who.can("tickets:read"))
    values = values_of(present["id"], wanted.channel, seen, place, paging.limit + 1)
    rows = (await db.execute(TIMELINE, values)).mappings().all()
    last = rows[paging.limit - 1] if len(rows) > paging.limit else None
    masked = not who.can(PERSONAL)
    return Page(
        items=[_entry(row, language, masked=masked) for row in rows[: paging.limit]],
        next_cursor=paging.next("timeline", [last["at"], last["source"], last["key"]]) if last else None,
    )


def values_of(customer_id: UUID, channel: str | None, seen: Sought, place: Place, most: int) -> dict[str, Any]:
    """What TIMELINE is bound to."""
    return {
        "customer_id": customer_id,
        "channel": channel,
        "public": seen.public,
        "notes": seen.notes,
        "steps": list(seen.steps),
        "customer": seen.customer,
        "at": place.at,
        "message_id": place.message(),
        "step": place.row_of(STEP),
        "customer_step": place.row_of(CUSTOMER),
        "most": most,
    }


def _entry(row: Mapping[Any, Any], language: Language, *, masked: bool) -> TimelineEntry:
    data = row["data"] or {}
    name = row["actor_name"]
    return TimelineEntry(
        kind=_kind(row),
        type=row["type"],
        at=row["at"],
        text=row["text"] if row["source"] == MESSAGE else _line(row, language),
        actor=TimelineActor(kind=row["actor_kind"], id=row["actor_id"], name=mask_name(name) if masked else name),
        ticket=_ticket(row),
        data=mask_step(data) if masked else data,
    )


def _kind(row: Mapping[Any, Any]) -> EntryKind:
    if row["source"] == MESSAGE:
        return "message" if row["type"] == "message.public" else "note"
    return "customer" if row["source"] == CUSTOMER else kind_of_step(row["type"])


def _line(row: Mapping[Any, Any], language: Language) -> str:
    lines = CUSTOMER_TRAIL if row["source"] == CUSTOMER else TICKET_TRAIL
    type_: str = row["type"]
    return lines[language].get(type_, type_)


def _ticket(row: Mapping[Any, Any]) -> TimelineTicket | None:
    if row["ticket_id"] is None:
        return None
    plain = {name: row[name] for name in ("number", "subject", "channel")}
    return TimelineTicket(id=row["ticket_id"], **plain)
