"""A view of a large database reads what it shows: no plan scans the tickets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from common.connection import _plan, speak_json
from common.testing.plugin import FreshDatabase
from common.testing.stage import MORNING
from ticket_svc.conditions.check import check
from ticket_svc.fields.definitions import Choice, Definitions, Field, TicketType
from ticket_svc.views.schemas import Sort
from ticket_svc.views.tickets import ids_of

# One ticket of ten is alive; tags, types and fields are on some, as in life.
_FILL = (
    """
    INSERT INTO customer (id, name, tier, language, version, created_at, updated_at)
    SELECT md5('c' || n)::uuid, 'c' || n, (ARRAY['standard', 'silver', 'gold', 'vip'])[1 + n % 4], 'zh', 1, now(), now()
    FROM generate_series(0, 2999) n
    """,
    """
    INSERT INTO ticket (id, customer_id, subject, status, priority, channel, language, topic, agent_id, opened_at,
      response_due_at, response_stood, resolution_due_at, resolution_stood, version, updated_at, type, tags, fields)
    SELECT gen_random_uuid(), md5('c' || n % 3000)::uuid, 'subject ' || n,
      CASE WHEN n % 10 > 0 THEN 'closed' ELSE (ARRAY['new', 'open', 'pending', 'resolved'])[1 + n / 10 % 4] END,
      (ARRAY['low', 'normal', 'normal', 'high', 'urgent'])[1 + n / 7 % 5], (ARRAY['api', 'email'])[1 + n / 3 % 2], 'zh',
      'topic' || n / 11 % 40, CASE WHEN n % 13 > 0 THEN lpad(to_hex(n / 3 % 50 + 1), 32, '0')::uuid END,
      at, at, '0', at + n % 17 * interval '1 hour', '0', 1, at + interval '1 day',
      CASE WHEN n % 40 = 0 THEN 'return' ELSE 'request' END,
      CASE WHEN n % 20 = 0 THEN ARRAY['vip'] WHEN n % 33 = 0 THEN ARRAY['late', 'refund'] ELSE '{}' END,
      CASE WHEN n % 10 < 2 THEN jsonb_build_object('order_no', 'A-' || n, 'colour', (ARRAY['red', 'blue'])[1 + n % 2])
        ELSE '{}' END
    FROM generate_series(1, 20000) n, LATERAL (SELECT timestamptz '2026-02-01' + n * interval '3 minutes' AS at) AS a
    """,
    "VACUUM ANALYZE ticket",
    "ANALYZE customer",
)
KNOWN = Definitions(
    UUID(int=7),
    {"request": TicketType("request"), "return": TicketType("return")},
    {
        "order_no": Field("order_no", "text"),
        "colour": Field("colour", "choice", (Choice("red"), Choice("blue"))),
    },
)
ALIVE = {"field": "status", "operator": "in", "value": ["new", "open"]}
VIEWS: dict[str, tuple[list[dict[str, Any]], Sort]] = {
    "my urgent ones": (
        [
            ALIVE,
            {"field": "agent_id", "operator": "is", "value": "me"},
            {"field": "priority", "operator": "in", "value": ["high", "urgent"]},
        ],
        "opened_at",
    ),
    "due soon": (
        [
            ALIVE,
            {"field": "resolution_due_at", "operator": "before", "value": {"ahead": {"hours": 4}}},
            {"field": "channel", "operator": "is", "value": "email"},
        ],
        "resolution_due_at",
    ),
    "most urgent first": ([{"field": "status", "operator": "is_not", "value": "closed"}], "priority"),
    "nobody's": (
        [
            {"field": "status", "operator": "is", "value": "new"},
            {"field": "agent_id", "operator": "is", "value": "none"},
        ],
        "opened_at",
    ),
    "tagged": ([{"field": "tags", "operator": "has_all", "value": ["late", "refund"]}, ALIVE], "updated_at"),
    "one order": ([{"field": "fields.order_no", "operator": "is", "value": "A-500"}], "opened_at"),
    "red ones": ([{"field": "fields.colour", "operator": "is", "value": "red"}, ALIVE], "opened_at"),
    "returns": ([{"field": "type", "operator": "is", "value": "return"}], "opened_at"),
    "of VIPs": ([{"field": "tier", "operator": "is", "value": "vip"}, ALIVE], "opened_at"),
    "changed lately": ([{"field": "updated_at", "operator": "after", "value": {"ago": {"hours": 4}}}], "updated_at"),
}


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The plan's nodes."""
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


def faults(plan: dict[str, Any]) -> list[str]:
    """What reads too much: a whole table, or far more than a page for the sake of sorting."""
    found = [f"reads all of {one['Relation Name']}" for one in nodes(plan) if one["Node Type"] == "Seq Scan"]
    pages = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    return [*found, *([f"looks at {pages} pages"] if pages > 2_500 else [])]


async def plan_of(connection: asyncpg.Connection, name: str) -> dict[str, Any]:
    """How a page of the view is read."""
    terms, sort = VIEWS[name]
    condition = check({"all": terms}, KNOWN).condition
    assert condition is not None
    statement = ids_of(condition, sort=sort, falls=True, now=MORNING, me=UUID(int=7), after=None, limit=51)
    plan, extracted, found = _plan(statement, {}, many=False)
    sql, arguments = plan.bind({}, extracted, found)
    plans = await connection.fetchval(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", *arguments)
    explained: dict[str, Any] = plans[0]["Plan"]
    return explained


@pytest.mark.asyncio
async def test_no_view_reads_the_whole_table_and_without_its_index_one_would(fresh_database: FreshDatabase) -> None:
    connection = await asyncpg.connect(await fresh_database("ticket_svc"), server_settings={"jit": "off"})
    try:
        await speak_json(connection)
        for statement in _FILL:
            await connection.execute(statement)
        found = {name: faults(await plan_of(connection, name)) for name in VIEWS}
        assert {name: one for name, one in found.items() if one} == {}
        await connection.execute("DROP INDEX ix_ticket_tagged, ix_ticket_filled_in, ix_ticket_of_type")
        broken = {name for name in VIEWS if faults(await plan_of(connection, name))}
        assert {"one order"} <= broken
    finally:
        await connection.close()
