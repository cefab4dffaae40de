"""Opening a ticket: the customer, the ticket with its first message, its clocks, and the news of it. The hot path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from common import outbox
from common.contracts.tickets import Language, TicketOpened
from common.db import Db
from common.http.identity import Caller
from common.http.problems import Conflict
from common.ids import new_id
from common.timers import Timer, set_timers
from ticket_svc.customers.provenance import brought_by
from ticket_svc.customers.read import present_customer
from ticket_svc.customers.recognise import Details, recognise
from ticket_svc.sla.deadlines import deadlines
from ticket_svc.tickets.clocks import KINDS
from ticket_svc.tickets.language import language_of
from ticket_svc.tickets.messages import NO_SUBJECT
from ticket_svc.tickets.read import ticket_known_as
from ticket_svc.tickets.schemas import NewTicket, TicketView
from ticket_svc.tickets.subject import subject_from
from ticket_svc.tickets.trail import doer

TOLD = 4_000
"""Characters of a text that an event carries."""


class BeingOpened(Conflict):
    """A ticket with this external_id is being opened, or its customer being merged, by another request; ask again."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The ticket, and whether it is new."""

    view: TicketView
    created: bool


@dataclass(frozen=True, slots=True)
class _Asker:
    id: UUID
    name: str
    tier: Any
    language: Language


# Ticket, first message and first step of the trail in one statement, so in one round trip. A known external_id opens
# nothing: then all three are left out. Nor does a customer who was merged into another meanwhile: a merge locks their
# row before it looks for what is theirs, so either it sees this ticket, or this sees the merge.
_OPEN = sa.text(
    """
    WITH opened AS (
      INSERT INTO ticket (id, external_id, customer_id, subject, status, priority, channel, language, topic, opened_at,
        response_due_at, response_stood, resolution_due_at, resolution_stood, version, updated_at)
      SELECT :id, :external_id, customer.id, :subject, 'new', :priority, :channel, :language, :topic, :now,
        :response_due_at, :zero, :resolution_due_at, :zero, 1, :now
      FROM customer WHERE customer.id = :customer_id AND merged_into IS NULL FOR SHARE OF customer
      ON CONFLICT (external_id) DO NOTHING
      RETURNING id, number),
    said AS (
      INSERT INTO message (id, ticket_id, is_public, author_kind, author_id, author_name, text, article_ids, created_at)
      SELECT :message_id, id, TRUE, 'customer', :customer_id, :customer_name, :text, '{}', :now FROM opened),
    remembered AS (
      INSERT INTO ticket_event (ticket_id, version, type, actor_kind, actor_id, actor_name, at, data)
      SELECT id, 1, 'ticket.opened', :actor_kind, :actor_id, :actor_name, :now, :data FROM opened)
    SELECT number FROM opened
    """
).bindparams(
    *(sa.bindparam(name, type_=sa.Uuid) for name in ("id", "customer_id", "message_id", "actor_id")),
    *(
        sa.bindparam(name, type_=sa.Text)
        for name in (
            "external_id",
            "subject",
            "priority",
            "channel",
            "language",
            "topic",
            "customer_name",
            "text",
            "actor_kind",
            "actor_name",
        )
    ),
    *(sa.bindparam(name, type_=sa.DateTime(timezone=True)) for name in ("now", "response_due_at", "resolution_due_at")),
    sa.bindparam("zero", timedelta(0), type_=sa.Interval),
    sa.bindparam("data", type_=JSONB),
)


async def open_ticket(db: Db, who: Caller, *, wanted: NewTicket, now: datetime) -> Opened:
    """Open a ticket; a known external_id answers the ticket that has it. Raises NoSuchCustomer, BeingOpened."""
    if wanted.external_id:
        known = await ticket_known_as(db, wanted.external_id)
        if known:
            return Opened(known, created=False)
    asker = await _asker(db, who, wanted, now)
    event = _event(wanted, asker, now)
    number = await _insert(db, who, wanted=wanted, event=event, now=now)
    if number is None:
        raise BeingOpened("Another request opens this ticket or merges its customer.", headers={"Retry-After": "1"})
    event = event.model_copy(update={"number": number})
    due = ((KINDS["first_response"], event.response_due_at), (KINDS["resolution"], event.resolution_due_at))
    await set_timers(db, [Timer(kind, event.ticket_id, due_at) for kind, due_at in due])
    await outbox.say(db, event, about=event.ticket_id, version=1, now=now)
    return Opened(_view(wanted, event), created=True)


async def _asker(db: Db, who: Caller, wanted: NewTicket, now: datetime) -> _Asker:
    said = wanted.customer
    if said.id:
        return _asker_of(await present_customer(db, said.id))
    language = said.language or language_of(wanted.text) or "zh"
    details = Details(**said.told(), name=said.name, language=language)
    return _asker_of((await recognise(db, details, by=brought_by(who, wanted.channel), now=now)).row)


def _asker_of(row: Mapping[Any, Any]) -> _Asker:
    return _Asker(row["id"], row["name"], row["tier"], row["language"])


def _event(wanted: NewTicket, asker: _Asker, now: datetime) -> TicketOpened:
    language = wanted.language or language_of(wanted.text) or asker.language
    due = deadlines(wanted.priority, now)
    return TicketOpened(
        ticket_id=new_id(),
        number=0,
        customer_id=asker.id,
        customer_name=asker.name,
        tier=asker.tier,
        subject=wanted.subject or subject_from(wanted.text) or NO_SUBJECT[language],
        text=wanted.text[:TOLD],
        channel=wanted.channel,
        language=language,
        priority=wanted.priority,
        topic=wanted.topic,
        opened_at=now,
        response_due_at=due.response_due_at,
        resolution_due_at=due.resolution_due_at,
    )


async def _insert(db: Db, who: Caller, *, wanted: NewTicket, event: TicketOpened, now: datetime) -> int | None:
    by = doer(who)
    told = event.model_dump(
        include={"customer_id", "customer_name", "subject", "priority", "channel", "language", "topic"}
    )
    due = {"response_due_at": event.response_due_at, "resolution_due_at": event.resolution_due_at}
    values = {
        **told,
        **due,
        "id": event.ticket_id,
        "external_id": wanted.external_id,
        "message_id": new_id(),
        "text": wanted.text,
        "actor_kind": by.kind,
        "actor_id": by.id,
        "actor_name": by.name,
        "now": now,
        "data": {**told, **due},
    }
    number: int | None = (await db.execute(_OPEN, values)).scalar_one_or_none()
    return number


def _view(wanted: NewTicket, event: TicketOpened) -> TicketView:
    return TicketView.of(
        {
            **event.model_dump(),
            "id": event.ticket_id,
            "external_id": wanted.external_id,
            "status": "new",
            "customer_tier": event.tier,
            "agent_id": None,
            "agent_name": None,
            "responded_at": None,
            "resolved_at": None,
            "response_breached_at": None,
            "resolution_breached_at": None,
            "version": 1,
            "updated_at": event.opened_at,
        }
    )
