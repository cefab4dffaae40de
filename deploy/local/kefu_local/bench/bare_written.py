"""The same rows as `bare_rows` writes, as one would write them: a transaction with a statement for each table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kefu_local.bench import bare_rows

_KNOWN = "SELECT id, name FROM customer WHERE email = $1"
_CUSTOMER = """
INSERT INTO customer (id, name, email, tier, language, version, created_at, updated_at)
VALUES ($1, $2, $3, 'standard', 'zh', 1, $4, $4)
"""
_TICKET = """
INSERT INTO ticket (id, customer_id, subject, status, priority, channel, language, topic, opened_at, response_due_at,
  response_stood, resolution_due_at, resolution_stood, version, updated_at)
VALUES ($1, $2, $3, 'new', 'normal', $4, 'zh', $5, $6, $7, interval '0', $8, interval '0', 1, $6) RETURNING number
"""
_MESSAGE = """
INSERT INTO message (id, ticket_id, is_public, author_kind, author_id, author_name, text, article_ids, created_at)
VALUES ($1, $2, TRUE, 'customer', $3, $4, $5, '{}', $6)
"""
_EVENT = """
INSERT INTO ticket_event (ticket_id, version, type, actor_kind, actor_name, at, data)
VALUES ($1, $2, $3, 'key', 'bench', $4, $5)
"""
_TIMERS = """
INSERT INTO timer (id, kind, subject_id, due_at, wake_at, payload)
VALUES ($1, 'sla.first_response', $3, $4, $4, '{}'), ($2, 'sla.resolution', $3, $5, $5, '{}')
"""
_OUTBOX = """
INSERT INTO outbox (event_id, topic, aggregate_id, version, shard, envelope, created_at)
VALUES ($1, 'kefu.ticket', $2, $3, 1, $4, $5)
"""
_KEY = """
INSERT INTO idempotency (caller, key, fingerprint, status, headers, body, created_at)
VALUES ('key:bench', $1, $2, 201, '{"content-type": "application/json"}', $3, $4)
"""
_CHANGED = "UPDATE ticket SET version = version + 1, updated_at = $2 WHERE id = $1 RETURNING version, customer_id"


async def create(connection: Any, body: Mapping[str, Any], key: str) -> tuple[tuple[Any, ...], int, UUID]:
    """A ticket: the values, as bare_rows.create has them, and what Postgres made of them (number, customer's id)."""
    values = bare_rows.create(body, key)
    (customer_id, email, name, now, ticket_id, subject, channel, topic, response_due, resolution_due, message_id, text,
     data, first_timer, second_timer, first_event, made, second_event, told, _, fingerprint) = values  # fmt: skip
    async with connection.transaction():
        known = await connection.fetchrow(_KNOWN, email)
        if known is None:
            await connection.execute(_CUSTOMER, customer_id, name, email, now)
        else:
            customer_id = known["id"]
        number = await connection.fetchval(
            _TICKET, ticket_id, customer_id, subject, channel, topic, now, response_due, resolution_due
        )
        await connection.execute(_MESSAGE, message_id, ticket_id, customer_id, name, text, now)
        await connection.execute(_EVENT, ticket_id, 1, "ticket.opened", now, data)
        await connection.execute(_TIMERS, first_timer, second_timer, ticket_id, response_due, resolution_due)
        events = [(second_event, ticket_id, 1, told, now)]
        if known is None:
            events.insert(0, (first_event, customer_id, 1, made, now))
        await connection.executemany(_OUTBOX, events)
        await connection.execute(_KEY, key, fingerprint, told, now)
    return values, number, customer_id


async def reply(connection: Any, ticket_id: UUID, text: str, key: str) -> int:
    """One more message: the ticket's version after it."""
    _, now, message_id, _, data, event_id, told, _, fingerprint = bare_rows.reply(ticket_id, text, key)
    async with connection.transaction():
        changed = await connection.fetchrow(_CHANGED, ticket_id, now)
        version: int = changed["version"]
        await connection.execute(_MESSAGE, message_id, ticket_id, changed["customer_id"], "王芳", text, now)
        await connection.execute(_EVENT, ticket_id, version, "ticket.replied", now, data)
        await connection.execute(_OUTBOX, event_id, ticket_id, version, told, now)
        await connection.execute(_KEY, key, fingerprint, told, now)
    return version
