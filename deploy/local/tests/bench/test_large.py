"""The rows of a large database, and the tables of its figures."""

from __future__ import annotations

from collections import Counter
from random import Random

from kefu_local.bench.large_asked import KINDS
from kefu_local.bench.large_report import lines
from kefu_local.bench.large_rows import COLUMNS, Centre, Row, Rows, Size

SMALL = Size(tickets=600, messages=2_400, customers=120, agents=10)


def made(seed: int = 1) -> tuple[list[Row], list[Row], Rows]:
    """A small centre."""
    centre = Centre(SMALL, seed)
    agents, customers = centre.agents(), centre.customers()
    together = Rows([], [], [])
    for rows in centre.stretches(250):
        together.ticket.extend(rows.ticket)
        together.message.extend(rows.message)
        together.ticket_event.extend(rows.ticket_event)
    return agents, customers, together


def column(table: str, rows: list[Row], name: str) -> list[object]:
    """The values of one column."""
    at = COLUMNS[table].split().index(name)
    return [row[at] for row in rows]


def test_the_same_seed_makes_the_same_rows_and_another_others() -> None:
    assert made() == made()
    assert made()[2].message != made(seed=2)[2].message


def test_there_are_as_many_as_were_asked_for() -> None:
    agents, customers, rows = made()
    assert (len(agents), len(customers), len(rows.ticket), len(rows.message)) == (10, 120, 600, 2_400)
    assert set(column("message", rows.message, "ticket_id")) == set(column("ticket", rows.ticket, "id"))


def test_most_are_closed_and_the_trail_counts_every_version() -> None:
    _, _, rows = made()
    statuses = Counter(column("ticket", rows.ticket, "status"))
    assert 0.85 < statuses["closed"] / 600 < 0.95
    assert len(statuses) == 5
    steps = Counter(column("ticket_event", rows.ticket_event, "ticket_id"))
    versions = zip(column("ticket", rows.ticket, "id"), column("ticket", rows.ticket, "version"), strict=True)
    assert all(steps[ticket_id] == version for ticket_id, version in versions)


def test_few_customers_have_many_tickets_and_a_third_want_their_money_back() -> None:
    _, _, rows = made()
    [(_, most)] = Counter(column("ticket", rows.ticket, "customer_id")).most_common(1)
    assert most > 5 * 600 / 120
    asking = {row[1] for row in rows.message if "退款" in str(row[6])}
    assert 0.25 < len(asking) / 600 < 0.42


def test_every_kind_of_request_has_a_path() -> None:
    for name, kind in KINDS.items():
        assert kind.path(Random(name), ["1"]).startswith("/v1/"), name


def test_what_is_too_slow_is_said_so_and_creating_is_compared() -> None:
    one = {"p50_ms": 1.0, "p95_ms": 26.0, "p99_ms": 30.0, "rows": 20, "cpu_ms": 8.0}
    result = {
        "machine": {"cpu": "x", "cores": 2, "memory_gb": 4, "postgres": 18, "load_average": 0.1},
        "size": {"tickets": 600, "messages": 2_400, "customers": 120, "agents": 10},
        "made": {"seconds": 3, "tables": {"ticket": [600, 1]}},
        "requests": [{"way": way, "name": "search", **one} for way in ("direct", "gateway")],
        "creating": {name: {"rate": rate, "windows": [rate]} for name, rate in (("empty", 100.0), ("large", 95.0))},
    }
    assert any(line.startswith("| search | 20 | 8.0 | 1.0 | 26.0") and line.endswith("NO |") for line in lines(result))
    assert any("95 %" in line for line in lines(result))
