"""The rows of an operation, written or read by one statement each: as little as Postgres can be asked for them.

The tables are ticket-svc's own, made by its migrations in a database beside it, so both write the same rows into the
same indexes. One statement is one transaction and one round trip: no bound could be tighter without fewer rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import orjson

from common.ids import new_id
from kefu_local.bench.requests import KNOWN_CUSTOMERS, Ask, Material
from kefu_local.bench.requests import create as _create
from kefu_local.bench.requests import create_known as _create_known

HITS = 200
"""Rows that stand for the articles of a search."""

_VIEW = """
SELECT t.id, t.number, t.external_id, t.subject, t.status, t.priority, t.channel, t.language, t.topic, t.agent_id,
  t.opened_at, t.response_due_at, t.responded_at, t.resolution_due_at, t.resolved_at, t.version, t.updated_at,
  t.customer_id, c.name AS customer_name, c.tier AS customer_tier
FROM ticket AS t JOIN customer AS c ON c.id = t.customer_id
"""
GET = f"{_VIEW} WHERE t.id = $1"
LIST = f"{_VIEW} ORDER BY t.opened_at DESC, t.id DESC LIMIT 50"
FILTER = f"{_VIEW} WHERE t.topic = $1 ORDER BY t.opened_at DESC, t.id DESC LIMIT 50"
SEARCH = "SELECT article_id, revision, locale, audience, title, excerpt, score FROM hit WHERE n = ANY($1::int[])"

CREATE = """
WITH known AS (SELECT id, name FROM customer WHERE email = $2::text),
made AS (
  INSERT INTO customer (id, name, email, tier, language, version, created_at, updated_at)
  SELECT $1::uuid, $3::text, $2::text, 'standard', 'zh', 1, $4::timestamptz, $4
  WHERE NOT EXISTS (SELECT FROM known) RETURNING id, name),
asker AS (SELECT * FROM known UNION ALL SELECT * FROM made),
opened AS (
  INSERT INTO ticket (id, customer_id, subject, status, priority, channel, language, topic, opened_at, response_due_at,
    response_stood, resolution_due_at, resolution_stood, version, updated_at)
  SELECT $5::uuid, id, $6::text, 'new', 'normal', $7::text, 'zh', $8::text, $4, $9::timestamptz, interval '0',
    $10::timestamptz, interval '0', 1, $4 FROM asker
  RETURNING id, number, customer_id),
said AS (
  INSERT INTO message (id, ticket_id, is_public, author_kind, author_id, author_name, text, article_ids, created_at)
  SELECT $11::uuid, id, TRUE, 'customer', customer_id, $3, $12::text, '{}', $4 FROM opened),
remembered AS (
  INSERT INTO ticket_event (ticket_id, version, type, actor_kind, actor_name, at, data)
  SELECT id, 1, 'ticket.opened', 'key', 'bench', $4, $13::jsonb FROM opened),
timed AS (
  INSERT INTO timer (id, kind, subject_id, due_at, wake_at, payload)
  VALUES ($14, 'sla.first_response', $5, $9, $9, '{}'), ($15, 'sla.resolution', $5, $10, $10, '{}')),
told AS (
  INSERT INTO outbox (event_id, topic, aggregate_id, version, shard, envelope, created_at)
  SELECT $16::uuid, 'kefu.ticket', id, 1, 1, $17::bytea, $4 FROM made
  UNION ALL SELECT $18::uuid, 'kefu.ticket', id, 1, 1, $19::bytea, $4 FROM opened),
kept AS (
  INSERT INTO idempotency (caller, key, fingerprint, status, headers, body, created_at)
  VALUES ('key:bench', $20::text, $21::bytea, 201, '{"content-type": "application/json"}', $19, $4))
SELECT opened.number, opened.customer_id FROM opened
"""

REPLY = """
WITH changed AS (
  UPDATE ticket SET version = version + 1, updated_at = $2::timestamptz WHERE id = $1::uuid
  RETURNING id, version, customer_id),
said AS (
  INSERT INTO message (id, ticket_id, is_public, author_kind, author_id, author_name, text, article_ids, created_at)
  SELECT $3::uuid, id, TRUE, 'customer', customer_id, '王芳', $4::text, '{}', $2 FROM changed),
remembered AS (
  INSERT INTO ticket_event (ticket_id, version, type, actor_kind, actor_name, at, data)
  SELECT id, version, 'ticket.replied', 'key', 'bench', $2, $5::jsonb FROM changed),
told AS (
  INSERT INTO outbox (event_id, topic, aggregate_id, version, shard, envelope, created_at)
  SELECT $6::uuid, 'kefu.ticket', id, version, 1, $7::bytea, $2 FROM changed),
kept AS (
  INSERT INTO idempotency (caller, key, fingerprint, status, headers, body, created_at)
  VALUES ('key:bench', $8::text, $9::bytea, 201, '{"content-type": "application/json"}', $7, $2))
SELECT version FROM changed
"""

_STANDING = f"""
INSERT INTO customer (id, name, email, tier, language, version, created_at, updated_at)
  SELECT gen_random_uuid(), '王芳', 'known' || n || '@bench.example.com', 'standard', 'zh', 1, now(), now()
  FROM generate_series(0, {KNOWN_CUSTOMERS - 1}) AS n ON CONFLICT DO NOTHING;
CREATE TABLE IF NOT EXISTS hit (n int PRIMARY KEY, article_id uuid, revision int, locale text, audience text,
  title text, excerpt text, score float8);
INSERT INTO hit SELECT n, gen_random_uuid(), 1, 'zh-CN', 'public', '快递多久能到？怎么查询物流',
  repeat('付款后 24 小时内发货，周末和法定节假日顺延。', 5), 1.0 / n FROM generate_series(1, {HITS}) AS n
ON CONFLICT DO NOTHING;
"""


async def lay_out(connection: Any) -> None:
    """The customers who are known, and a table that stands for the articles."""
    await connection.execute(_STANDING)


def create(body: Mapping[str, Any], key: str) -> tuple[Any, ...]:
    """What CREATE is given for a request body and its Idempotency-Key."""
    now, ticket_id, text = datetime.now(UTC), new_id(), str(body["text"])
    told = orjson.dumps({"specversion": "1.0", "type": "ticket.opened", "subject": str(ticket_id), "data": body})
    made = orjson.dumps({"specversion": "1.0", "type": "customer.created", "data": body["customer"]})
    customer = body["customer"]
    return (
        new_id(), customer["email"], customer["name"], now, ticket_id, text[:60], body["channel"], body["topic"],
        now + timedelta(hours=8), now + timedelta(days=3), new_id(), text, told.decode(), new_id(), new_id(),
        new_id(), made, new_id(), told, key, b"f" * 32,
    )  # fmt: skip


def reply(ticket_id: Any, text: str, key: str) -> tuple[Any, ...]:
    """What REPLY is given."""
    told = orjson.dumps({"specversion": "1.0", "type": "ticket.replied", "subject": str(ticket_id), "data": text})
    return (ticket_id, datetime.now(UTC), new_id(), text, told.decode(), new_id(), told, key, b"f" * 32)


def some_hits(first: int) -> list[int]:
    """Ten rows, as many as a search answers."""
    return [(first + step) % HITS + 1 for step in range(10)]


Statement = tuple[str, Sequence[Any]]


def _of_body(ask: Ask) -> Statement:
    return CREATE, create(ask.body or {}, str(new_id()))


STATEMENTS: Mapping[str, Callable[[Material], Statement]] = MappingProxyType(
    {
        "create": lambda material: _of_body(_create(material)),
        "create-known": lambda material: _of_body(_create_known(material)),
        "get": lambda material: (GET, (material.draw.choice(material.ids),)),
        "list": lambda material: (LIST, ()),  # noqa: ARG005  # every operation is made in the same way
        "filter": lambda material: (FILTER, (material.draw.choice(["delivery", "returns"]),)),
        "search": lambda material: (SEARCH, (some_hits(material.draw.randrange(HITS)),)),
        "reply": lambda material: (REPLY, reply(material.draw.choice(material.ids), "我再补充一下。", str(new_id()))),
    }
)
"""Each operation as the bare statement behind it."""
