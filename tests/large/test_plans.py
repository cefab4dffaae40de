"""No list and no search reads a whole table, sorts more than it shows, or gets dearer with the page.

A statement is put under this by a line in ASKED: what is asked of the service, and what that may read.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from common.http.cursors import Cursors
from large.looking import Large, Ran
from large.plans import LARGE, Bounds, buffers, faults, nodes
from ticket_svc.search.index import index_tickets

AGENT = "SELECT agent_id FROM ticket WHERE status = 'open' GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
CUSTOMER = "SELECT customer_id FROM ticket GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
TICKET = "SELECT ticket_id FROM message GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
RARE = "SELECT topic FROM ticket WHERE topic IS NOT NULL GROUP BY 1 ORDER BY count(*) LIMIT 1"
PHONE = "SELECT left(phone, 12) FROM customer WHERE phone IS NOT NULL LIMIT 1"
ORGANISATION = "SELECT id FROM organisation WHERE name = '{}'"

PAGE = Bounds()
WINDOW = Bounds(rows=2_500, buffers=4_000)
"""A search may sort what a window of tickets has of it, and look at each of those once."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One GET; a value that begins with SELECT is asked of the database first."""

    path: str
    params: dict[str, str] = field(default_factory=dict)
    bounds: Bounds = PAGE


TICKETS, SEARCH = "/v1/tickets", "/v1/ticket-search"
ASKED = {
    "newest": Asked(TICKETS),
    "of a status": Asked(TICKETS, {"status": "open"}),
    "of a rare status": Asked(TICKETS, {"status": "new"}),
    "closed": Asked(TICKETS, {"status": "closed"}),
    "of an agent": Asked(TICKETS, {"agent_id": AGENT}),
    "of a status and an agent": Asked(TICKETS, {"status": "open", "agent_id": AGENT}),
    "of a rare status and an agent": Asked(TICKETS, {"status": "pending", "agent_id": AGENT}),
    "closed of an agent": Asked(TICKETS, {"status": "closed", "agent_id": AGENT}),
    "of a customer": Asked(TICKETS, {"customer_id": CUSTOMER}),
    "of a status and a customer": Asked(TICKETS, {"status": "open", "customer_id": CUSTOMER}),
    "of a topic": Asked(TICKETS, {"topic": "refund"}),
    "of a rare topic": Asked(TICKETS, {"topic": RARE}),
    "of a priority and a status": Asked(TICKETS, {"priority": "urgent", "status": "open"}),
    "of everything": Asked(TICKETS, {"status": "open", "agent_id": AGENT, "topic": "refund", "priority": "normal"}),
    # Many of the newest are its: they are walked along. Of one with fewer all are looked at, by its customers.
    "of a large organisation": Asked(TICKETS, {"organisation_id": ORGANISATION.format("Large")}),
    "of an organisation": Asked(TICKETS, {"organisation_id": ORGANISATION.format("Middle")}, Bounds(rows=400)),
    "of a small organisation": Asked(TICKETS, {"organisation_id": ORGANISATION.format("Small")}),
    "customers of an organisation": Asked("/v1/customers", {"organisation_id": ORGANISATION.format("Middle")}),
    "one ticket": Asked(f"{TICKETS}/{{ticket}}"),
    "its messages": Asked(f"{TICKETS}/{{ticket}}/messages"),
    "its trail": Asked(f"{TICKETS}/{{ticket}}/events"),
    "customers": Asked("/v1/customers"),
    "a customer's timeline": Asked("/v1/customers/{customer}/timeline", {}, Bounds(rows=1_000, buffers=4_000)),
    "two words": Asked(SEARCH, {"q": "退款 发票"}, WINDOW),
    "two frequent words": Asked(SEARCH, {"q": "退款 订单"}, WINDOW),
    "a frequent word": Asked(SEARCH, {"q": "退款"}, WINDOW),
    "two words that are never together": Asked(SEARCH, {"q": "退款 refund"}, WINDOW),
    "English words": Asked(SEARCH, {"q": "order charged"}, WINDOW),
    "a sentence": Asked(SEARCH, {"q": "订单显示已签收可是我没有收到"}, WINDOW),
    "words and a status": Asked(SEARCH, {"q": "退款", "status": "open"}, WINDOW),
    "words and an agent": Asked(SEARCH, {"q": "退款 订单", "agent_id": AGENT}, Bounds(rows=7_000, buffers=30_000)),
    "words and a customer": Asked(SEARCH, {"q": "退款", "customer_id": CUSTOMER}, WINDOW),
    "words and a time": Asked(
        SEARCH, {"q": "退款 订单", "from": "2025-03-01T00:00:00Z", "to": "2025-05-01T00:00:00Z"}, WINDOW
    ),
    "a number": Asked(SEARCH, {"q": "9321"}, WINDOW),
    "an id elsewhere": Asked(SEARCH, {"q": "old-77"}, WINDOW),
    "the beginning of an address": Asked(SEARCH, {"q": "u123"}, WINDOW),
    "the beginning of a telephone": Asked(SEARCH, {"q": PHONE}, WINDOW),
    "the beginning of a name": Asked(SEARCH, {"q": "王伟"}, WINDOW),
}


async def statements(large: Large, name: str, **more: str) -> list[Ran]:
    """What the service runs for one line of ASKED."""
    one = ASKED[name]
    values = {
        key: await large.value(value) if value.startswith("SELECT") else value for key, value in one.params.items()
    }
    path = one.path
    for word, sql in (("{ticket}", TICKET), ("{customer}", CUSTOMER)):
        if word in path:
            path = path.replace(word, str(await large.value(sql)))
    return await large.ran(path, **values, **more)


@pytest.mark.asyncio
@pytest.mark.parametrize("generic", [False, True], ids=["planned anew", "planned once"])
@pytest.mark.parametrize("name", ASKED)
async def test_a_plan_reads_what_is_shown(large: Large, name: str, *, generic: bool) -> None:
    for ran in await statements(large, name):
        plan = await large.explain(ran, generic=generic)
        assert faults(plan, ASKED[name].bounds) == [], ran.sql


@pytest.mark.asyncio
@pytest.mark.parametrize("name", ["newest", "closed", "closed of an agent", "of a topic"])
async def test_a_late_page_looks_at_no_more_than_the_first(large: Large, name: str) -> None:
    [first] = await statements(large, name, limit="5")
    cursor = await _cursor_of_a_late_page(large, name)
    [late] = await statements(large, name, limit="5", cursor=cursor)
    looked = [buffers(await large.explain(ran, generic=True)) for ran in (first, late)]
    assert looked[1] <= looked[0] * 1.5, looked


async def _cursor_of_a_late_page(large: Large, name: str) -> str:
    """Where page 2,000 begins (5 tickets each), or the last but one of a shorter list."""
    where = {"newest": "TRUE", "closed": "status = 'closed'", "of a topic": "topic = 'refund'"}.get(
        name, f"status = 'closed' AND agent_id = ({AGENT})"
    )
    count = await large.value(f"SELECT count(*) FROM ticket WHERE {where}")
    row = await large.connection.fetchrow(
        f"SELECT opened_at, id FROM ticket WHERE {where} ORDER BY opened_at DESC, id DESC OFFSET $1 LIMIT 1",
        min(1_999 * 5, count - 10) - 1,
    )
    cursors: Cursors = large.stage.app.state.platform.cursors
    return cursors.make("tickets", [row["opened_at"], row["id"]])


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("index", "name"),
    [
        ("ix_ticket_of_customer", "of a customer"),
        ("ix_ticket_of_topic", "of a rare topic"),
        ("ix_customer_of_organisation", "of a small organisation"),
        ("ix_message_of_ticket", "its messages"),
        ("ix_ticket_words_words", "two words"),
        ("ix_ticket_newest", "newest"),
    ],
)
async def test_a_missing_index_is_noticed(large: Large, index: str, name: str) -> None:
    ran = await statements(large, name)
    undone = large.connection.transaction()
    await undone.start()
    try:
        await large.connection.execute(f"DROP INDEX {index}")
        found = [fault for one in ran for fault in faults(await large.explain(one, generic=False), ASKED[name].bounds)]
    finally:
        await undone.rollback()
    assert found, f"without {index} nothing is amiss"


@pytest.mark.asyncio
async def test_the_tables_are_as_large_as_they_should_be(large: Large) -> None:
    counts = {table: await large.value(f"SELECT count(*) FROM {table}") for table in sorted(LARGE)}
    assert counts["ticket"] == counts["ticket_words"] == 20_000
    assert counts["message"] == 80_000
    assert counts["customer"] == 6_000
    assert counts["ticket_event"] > 80_000
    closed = await large.value("SELECT count(*) FROM ticket WHERE status = 'closed'")
    assert 0.85 < closed / counts["ticket"] < 0.95
    assert list(nodes({"Node Type": "Result"})) == [{"Node Type": "Result"}]


@pytest.mark.asyncio
async def test_the_generator_writes_the_words_that_the_service_would(large: Large) -> None:
    ids = [row["ticket_id"] for row in await large.connection.fetch("SELECT ticket_id FROM ticket_words LIMIT 40")]
    look = "SELECT array_agg(words::text ORDER BY ticket_id) FROM ticket_words WHERE ticket_id = ANY($1)"
    before = await large.value(look, ids)
    await large.connection.execute("UPDATE ticket_words SET words = '' WHERE ticket_id = ANY($1)", ids)
    async with large.stage.database.transaction() as db:
        await index_tickets(db, ids)
    assert await large.value(look, ids) == before
