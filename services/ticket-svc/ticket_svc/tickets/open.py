"""Opening a ticket: the customer, the ticket with its first message, its clocks, and the news of it. The hot path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from common import outbox
from common.contracts.tickets import Language, TicketOpened
from common.db import Db
from common.http.identity import Caller
from common.http.problems import Conflict
from common.ids import new_id
from common.timers import Timer, set_timers
from ticket_svc.attachments.attach import Recipient
from ticket_svc.customers.hold import must_be_somebody
from ticket_svc.customers.provenance import brought_by
from ticket_svc.customers.read import present_customer
from ticket_svc.customers.recognise import Details, recognise
from ticket_svc.fields.carry_over import carried_over
from ticket_svc.fields.definitions import DEFAULT_TYPE
from ticket_svc.fields.fill_in import FieldsChanging, FilledIn, fill_in_new
from ticket_svc.fields.known import held, load
from ticket_svc.fields.required import form_is_shown
from ticket_svc.sla.deadlines import deadlines
from ticket_svc.teams.read import must_take_tickets
from ticket_svc.tickets.clocks import KINDS
from ticket_svc.tickets.language import language_of
from ticket_svc.tickets.message import give_files
from ticket_svc.tickets.messages import NO_SUBJECT
from ticket_svc.tickets.read import ticket_known_as
from ticket_svc.tickets.schemas import NewTicket, TicketView
from ticket_svc.tickets.subject import subject_from
from ticket_svc.tickets.tag_names import remember_names
from ticket_svc.trail.write import doer

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
# nothing, and neither do fields that were judged by an edition which is no longer the present one: then all three are
# left out. Nor does a customer who was merged into another meanwhile: a merge locks their row before it looks for what
# is theirs, so either it sees this ticket, or this sees the merge.
_OPEN = sa.text(
    """
    WITH opened AS (
      INSERT INTO ticket (id, external_id, customer_id, subject, status, priority, channel, language, topic, opened_at,
        response_due_at, response_stood, resolution_due_at, resolution_stood, version, updated_at, team_id, type,
        fields, tags)
      SELECT :id, :external_id, customer.id, :subject, 'new', :priority, :channel, :language, :topic, :now,
        :response_due_at, :zero, :resolution_due_at, :zero, 1, :now, :team_id, :type, :fields, :tags
      FROM customer, field_edition
      WHERE customer.id = :customer_id AND merged_into IS NULL AND erased_at IS NULL AND edition = :edition
      FOR SHARE OF customer
      ON CONFLICT (external_id) DO NOTHING
      RETURNING id, number),
    said AS (
      INSERT INTO message (id, ticket_id, is_public, author_kind, author_id, author_name, text, html, article_ids,
        created_at)
      SELECT :message_id, id, TRUE, 'customer', :customer_id, :customer_name, :text, :html, '{}', :now FROM opened),
    remembered AS (
      INSERT INTO ticket_event (ticket_id, version, type, actor_kind, actor_id, actor_name, at, data)
      SELECT id, 1, 'ticket.opened', :actor_kind, :actor_id, :actor_name, :now, :data FROM opened)
    SELECT (SELECT number FROM opened) AS number, edition FROM field_edition
    """
).bindparams(
    *(
        sa.bindparam(name, type_=sa.Uuid)
        for name in ("id", "customer_id", "message_id", "actor_id", "team_id", "edition")
    ),
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
            "html",
            "actor_kind",
            "actor_name",
            "type",
        )
    ),
    *(sa.bindparam(name, type_=sa.DateTime(timezone=True)) for name in ("now", "response_due_at", "resolution_due_at")),
    sa.bindparam("zero", timedelta(0), type_=sa.Interval),
    *(sa.bindparam(name, type_=JSONB) for name in ("data", "fields")),
    sa.bindparam("tags", type_=ARRAY(sa.Text)),
)


async def open_ticket(
    db: Db, who: Caller, *, wanted: NewTicket, now: datetime, follow_up_of: UUID | None = None
) -> Opened:
    """Open a ticket; a known external_id answers the ticket that has it.

    Raises NoSuchCustomer, CustomerErased, TeamTakesNone, BeingOpened, FieldsChanging, Invalid (type, fields),
    NoSuchAttachment.
    """
    if wanted.external_id:
        known = await ticket_known_as(db, wanted.external_id)
        if known:
            return Opened(known, created=False)
    asker = await _asker(db, who, wanted, now)
    if wanted.team_id:
        await must_take_tickets(db, wanted.team_id)
    event, message_id = _event(wanted, asker, now, follow_up_of), new_id()
    try:
        event = await _insert_filled_in(db, who, wanted=wanted, event=event, message_id=message_id, now=now)
    except BeingOpened:
        # Whoever was quicker has committed by now: what they opened is the answer.
        known = await ticket_known_as(db, wanted.external_id) if wanted.external_id else None
        if known is None:
            raise
        return Opened(known, created=False)
    remember_names(db, event.tags)
    if wanted.attachment_ids:
        await give_files(db, who, wanted.attachment_ids, Recipient(event.ticket_id, message_id, is_public=True))
    due = ((KINDS["first_response"], event.response_due_at), (KINDS["resolution"], event.resolution_due_at))
    await set_timers(db, [Timer(kind, event.ticket_id, due_at) for kind, due_at in due])
    await outbox.say(db, event, about=event.ticket_id, version=1, now=now)
    return Opened(_view(wanted, event), created=True)


async def _asker(db: Db, who: Caller, wanted: NewTicket, now: datetime) -> _Asker:
    said = wanted.customer
    if said.id:
        row = await present_customer(db, said.id)
        must_be_somebody(row)
        return _asker_of(row)
    language = said.language or language_of(wanted.text) or "zh"
    details = Details(**said.told(), name=said.name, language=language)
    return _asker_of((await recognise(db, details, by=brought_by(who, wanted.channel), now=now)).row)


def _asker_of(row: Mapping[Any, Any]) -> _Asker:
    return _Asker(row["id"], row["name"], row["tier"], row["language"])


def _event(wanted: NewTicket, asker: _Asker, now: datetime, follow_up_of: UUID | None) -> TicketOpened:
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
        team_id=wanted.team_id,
        follow_up_of=follow_up_of,
        tags=sorted(set(wanted.tags)),
        opened_at=now,
        response_due_at=due.response_due_at,
        resolution_due_at=due.resolution_due_at,
    )


async def _insert_filled_in(
    db: Db, who: Caller, *, wanted: NewTicket, event: TicketOpened, message_id: UUID, now: datetime
) -> TicketOpened:
    definitions = held()
    # Whoever writes again to a ticket that is over fills in no form.
    shown = form_is_shown(wanted.channel) and event.follow_up_of is None
    for _ in range(3):
        type_key, given = wanted.type, wanted.fields or {}
        if event.follow_up_of:
            type_key, given = carried_over(definitions, type_key or DEFAULT_TYPE, given)
        filled = await fill_in_new(db, definitions, type_key=type_key, given=given, form_was_shown=shown)
        event = event.model_copy(update={"ticket_type": filled.type, "fields": dict(filled.values)})
        number, edition = await _insert(
            db, who, wanted=wanted, event=event, message_id=message_id, filled=filled, now=now
        )
        if number is not None:
            return event.model_copy(update={"number": number})
        if edition == filled.edition:
            raise BeingOpened("Another request opens this ticket or merges its customer.", headers={"Retry-After": "1"})
        definitions = await load(db)
    raise FieldsChanging("The fields are being changed; ask again.", headers={"Retry-After": "1"})


async def _insert(
    db: Db,
    who: Caller,
    *,
    wanted: NewTicket,
    event: TicketOpened,
    message_id: UUID,
    filled: FilledIn,
    now: datetime,
) -> tuple[int | None, UUID]:
    by = doer(who)
    told = event.model_dump(
        include={"customer_id", "customer_name", "subject", "priority", "channel", "language", "topic", "team_id"}
    )
    due = {"response_due_at": event.response_due_at, "resolution_due_at": event.resolution_due_at}
    values = {
        **told,
        **due,
        "id": event.ticket_id,
        "external_id": wanted.external_id,
        "message_id": message_id,
        "text": wanted.text,
        "html": wanted.html or None,
        "actor_kind": by.kind,
        "actor_id": by.id,
        "actor_name": by.name,
        "now": now,
        "type": filled.type,
        "fields": filled.values,
        "tags": event.tags,
        "edition": filled.edition,
        "data": {**told, **due, **_if_any(event)},
    }
    row = (await db.execute(_OPEN, values)).one()
    return row.number, row.edition


def _if_any(event: TicketOpened) -> dict[str, Any]:
    """What only some tickets have, for the trail."""
    kind = {} if event.ticket_type == DEFAULT_TYPE else {"type": event.ticket_type}
    return kind | {name: value for name in ("fields", "tags") if (value := getattr(event, name))}


def _view(wanted: NewTicket, event: TicketOpened) -> TicketView:
    return TicketView.of(
        {
            **event.model_dump(),
            "id": event.ticket_id,
            "type": event.ticket_type,
            "external_id": wanted.external_id,
            "status": "new",
            "customer_tier": event.tier,
            "custom_status_id": None,
            "merged_into_id": None,
            "snoozed_at": None,
            "snoozed_until": None,
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
