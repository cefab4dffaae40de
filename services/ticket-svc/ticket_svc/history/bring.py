"""Bringing in one ticket as it was: its customer, itself, its messages and the news of it. No clock, no timer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import TypeEngine

from common import outbox
from common.contracts.tickets import TicketImported
from common.db import Db
from common.http.identity import Caller
from common.http.problems import FieldError, Invalid
from common.ids import new_id
from ticket_svc.customers.provenance import brought_by
from ticket_svc.customers.read import present_customer
from ticket_svc.customers.recognise import Details, recognise
from ticket_svc.fields.fill_in import FieldsChanging, FilledIn, fill_in_new
from ticket_svc.fields.known import held, load
from ticket_svc.history.dates import faults
from ticket_svc.history.schemas import PastMessage, PastTicket
from ticket_svc.history.staff import Staff
from ticket_svc.sla.deadlines import deadlines
from ticket_svc.teams.read import must_take_tickets
from ticket_svc.tickets.language import language_of
from ticket_svc.tickets.messages import NO_SUBJECT
from ticket_svc.tickets.subject import subject_from
from ticket_svc.tickets.tables import ticket
from ticket_svc.tickets.tag_names import remember_names
from ticket_svc.trail.write import doer


@dataclass(frozen=True, slots=True)
class Here:
    """What is the same for all tickets of a request."""

    who: Caller
    staff: Staff
    now: datetime


_TICKET = (
    "id", "external_id", "subject", "status", "priority", "channel", "language", "topic", "type", "fields", "tags",
    "agent_id", "assigned_at", "opened_at", "response_due_at", "responded_at", "resolution_due_at", "pended_at",
    "team_id", "resolved_at", "imported_at",
)  # fmt: skip
_SAID: dict[str, TypeEngine[Any]] = {
    "id": sa.Uuid(), "is_public": sa.Boolean(), "author_kind": sa.Text(), "author_id": sa.Uuid(),
    "author_name": sa.Text(), "text": sa.Text(), "html": sa.Text(), "created_at": sa.DateTime(timezone=True),
}  # fmt: skip
# As a ticket is opened: left out as a whole when its external_id is known, its fields were judged by an older edition,
# or its customer is being merged. It changed now, whenever it was opened: so lists by change have it.
_BRING = sa.text(
    f"""
    WITH brought AS (
      INSERT INTO ticket (customer_id, response_stood, resolution_stood, version, updated_at, {", ".join(_TICKET)})
      SELECT customer.id, '0', '0', 1, :imported_at, {", ".join(f":{name}" for name in _TICKET)}
      FROM customer, field_edition
      WHERE customer.id = :customer_id AND merged_into IS NULL AND edition = :edition FOR SHARE OF customer
      ON CONFLICT (external_id) DO NOTHING
      RETURNING id, number),
    said AS (
      INSERT INTO message (ticket_id, article_ids, {", ".join(_SAID)})
      SELECT brought.id, '{{}}', {", ".join(f"given.{name}" for name in _SAID)}
      FROM brought, unnest({", ".join(f":said_{name}" for name in _SAID)}) AS given({", ".join(_SAID)})),
    remembered AS (
      INSERT INTO ticket_event (ticket_id, version, type, actor_kind, actor_id, actor_name, at, data)
      SELECT id, 1, 'ticket.imported', :actor_kind, :actor_id, :actor_name, :imported_at, :data FROM brought)
    SELECT (SELECT number FROM brought) AS number, edition FROM field_edition
    """
).bindparams(
    *(sa.bindparam(name, type_=ticket.c[name].type) for name in _TICKET),
    *(sa.bindparam(f"said_{name}", type_=ARRAY(kind)) for name, kind in _SAID.items()),
    *(sa.bindparam(name, type_=sa.Uuid) for name in ("customer_id", "edition", "actor_id")),
    *(sa.bindparam(name, type_=sa.Text) for name in ("actor_kind", "actor_name")),
    sa.bindparam("data", type_=JSONB),
)


async def bring(db: Db, here: Here, wanted: PastTicket) -> tuple[UUID, int]:
    """Bring a ticket in; its id and number. Its external_id is not known yet, and nobody else brings it.

    Raises Invalid (dates, agents, fields), NoSuchCustomer, TeamTakesNone, FieldsChanging.
    """
    _must_be_past(wanted, here.now)
    messages = [_said(here.staff, one, f"/messages/{at}") for at, one in enumerate(wanted.messages)]
    agent = wanted.agent
    agent_id, agent_name = here.staff.find(agent.id, agent.name, "/agent/id") if agent else (None, None)
    customer = await _customer(db, here, wanted)
    if wanted.team_id:
        await must_take_tickets(db, wanted.team_id)
    row = _row(wanted, customer, agent_id, here.now)
    for one in messages:
        if one["author_kind"] == "customer":
            one |= {"author_id": customer["id"], "author_name": one["author_name"] or customer["name"]}
    number = await _insert(db, here, wanted, row, messages, agent_name)
    remember_names(db, row["tags"])
    event = TicketImported(**{name: row[name] for name in TicketImported.model_fields if name in row}, number=number)
    await outbox.say(db, event, about=row["id"], version=1, now=here.now)
    return row["id"], number


def _must_be_past(wanted: PastTicket, now: datetime) -> None:
    said_at = [one.created_at for one in wanted.messages]
    found = faults(opened_at=wanted.opened_at, said_at=said_at, resolved_at=wanted.resolved_at, now=now)
    if found:
        errors = [FieldError(pointer=one.pointer, detail=one.detail, code=one.code) for one in found]
        raise Invalid(f"{found[0].pointer}: {found[0].detail}", errors=errors)


def _said(staff: Staff, one: PastMessage, pointer: str) -> dict[str, Any]:
    by_agent = one.author == "agent"
    author_id, name = staff.find(one.author_id, one.author_name, f"{pointer}/author_id") if by_agent else (None, None)
    return {
        "id": new_id(),
        "is_public": one.is_public,
        "author_kind": one.author,
        "author_id": author_id,
        "author_name": name or one.author_name or "",
        "text": one.text,
        "html": one.html or None,
        "created_at": one.created_at,
    }


async def _customer(db: Db, here: Here, wanted: PastTicket) -> Mapping[Any, Any]:
    said = wanted.customer
    if said.id:
        return await present_customer(db, said.id)
    language = said.language or language_of(wanted.messages[0].text) or "zh"
    details = Details(**said.told(), name=said.name, language=language)
    return (await recognise(db, details, by=brought_by(here.who, "import"), now=here.now)).row


def _row(wanted: PastTicket, customer: Mapping[Any, Any], agent_id: UUID | None, now: datetime) -> dict[str, Any]:
    ticket_id, first, last = new_id(), wanted.messages[0], wanted.messages[-1].created_at
    language = wanted.language or language_of(first.text) or customer["language"]
    # What it would have been held to, for whoever looks; no clock runs, see tickets/clocks.py.
    due = deadlines(wanted.priority, wanted.opened_at)
    is_over = wanted.status in ("resolved", "closed")
    answers = (one.created_at for one in wanted.messages if one.author == "agent" and one.is_public)
    plain = wanted.model_dump(include={"external_id", "status", "priority", "channel", "topic", "team_id", "opened_at"})
    return {
        **plain,
        "id": ticket_id,
        "ticket_id": ticket_id,
        "customer_id": customer["id"],
        "subject": wanted.subject or subject_from(first.text) or NO_SUBJECT[language],
        "language": language,
        "tags": sorted(set(wanted.tags)),
        "agent_id": agent_id,
        "assigned_at": wanted.opened_at if agent_id else None,
        "response_due_at": due.response_due_at,
        "resolution_due_at": due.resolution_due_at,
        "responded_at": next(answers, None),
        "pended_at": last if wanted.status == "pending" else None,
        "resolved_at": (wanted.resolved_at or last) if is_over else None,
        "imported_at": now,
    }


async def _insert(
    db: Db,
    here: Here,
    wanted: PastTicket,
    row: dict[str, Any],
    messages: list[dict[str, Any]],
    agent_name: str | None,
) -> int:
    by, definitions = doer(here.who), held()
    told = {name: row[name] for name in ("external_id", "subject", "status", "opened_at", "resolved_at")}
    values = {
        **row,
        **{f"said_{name}": [one[name] for one in messages] for name in _SAID},
        "actor_kind": by.kind,
        "actor_id": by.id,
        "actor_name": by.name,
        "data": {**told, "agent_name": agent_name, "messages": len(messages)},
    }
    for _ in range(3):
        filled: FilledIn = await fill_in_new(
            db, definitions, type_key=wanted.type, given=wanted.fields or {}, form_was_shown=False
        )
        values |= {"type": filled.type, "fields": filled.values, "edition": filled.edition}
        found = (await db.execute(_BRING, values)).one()
        if found.number is not None:
            return int(found.number)
        definitions = await load(db)
    raise FieldsChanging("Fields or the customer are being changed; ask again.", headers={"Retry-After": "1"})
