"""Connections that are slow, silent or cut: between the gateway and ticket-svc, and between services and Postgres."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from common.embedded.postgres import Server
from integration.asking import assert_says_when_to_ask_again, create_at_once, opened, until_created
from integration.desk import Desk, at_work
from integration.proxy import Proxy, proxy
from integration.running import eventually, running

AT_ONCE = 12
"""Twice the connections that a service has to its database."""
CUTS = 15


@dataclass(frozen=True)
class Stretched:
    """A desk whose platform has proxies in it."""

    desk: Desk
    to_ticket: Proxy
    """Between the gateway and ticket-svc."""
    ticket_data: Proxy
    """Between ticket-svc and Postgres."""
    routing_data: Proxy
    pids: dict[str, int]


@pytest.fixture(scope="module")
def stretched(passable_folder: Path) -> Iterator[Stretched]:
    data = passable_folder / "stretched"

    def ticket() -> int:
        return int(json.loads((data / "run.json").read_text())["ports"]["ticket"])

    def postgres() -> int:
        return Server(data / "postgres").port

    with proxy(ticket) as to_ticket, proxy(postgres) as ticket_data, proxy(postgres) as routing_data:
        databases = {"ticket": ticket_data.address, "routing": routing_data.address}
        settings = {
            "KEFU_UPSTREAMS": json.dumps({"ticket": f"http://{to_ticket.address}"}),
            "KEFU_DATABASES_AT": json.dumps(databases),
        }
        with running(data, settings=settings) as platform, at_work(platform) as desk:
            yield Stretched(desk, to_ticket, ticket_data, routing_data, platform.children())


@pytest.fixture(scope="module")
def refused(stretched: Stretched) -> list[httpx.Response]:
    """What a client heard of a service whose database is silent; its connections then stay dead, new ones are well."""
    stretched.desk.hire("小李", {"lang:zh": 5}, auto_accept=True, capacity=100)
    stretched.routing_data.half_open()
    answers = get_at_once(stretched.desk, "/v1/agents")
    stretched.routing_data.strand()
    return answers


def get_at_once(desk: Desk, path: str) -> list[httpx.Response]:
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(lambda _: desk.admin.http.get(path), range(AT_ONCE)))


def markers(count: int) -> list[str]:
    return sorted(uuid4().hex for _ in range(count))


def test_a_service_whose_database_is_silent_says_when_to_ask_again(refused: list[httpx.Response]) -> None:
    for answer in refused:
        assert_says_when_to_ask_again(answer)


@pytest.mark.usefixtures("refused")
def test_a_slow_connection_to_a_service_loses_and_doubles_nothing(stretched: Stretched) -> None:
    asked = markers(4)
    stretched.to_ticket.slow(4000)
    answers = create_at_once(stretched.desk, asked)
    stretched.to_ticket.pass_on()
    assert {answer.status_code for answer in answers} <= {201, 503, 504}
    for marker in asked:
        until_created(stretched.desk, marker)
    assert opened(stretched.desk, asked) == asked


@pytest.mark.usefixtures("refused")
def test_a_silent_connection_to_a_service_is_an_answer_in_time_and_holds_up_no_other_service(
    stretched: Stretched,
) -> None:
    asked = markers(AT_ONCE)
    stretched.to_ticket.half_open()
    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(create_at_once, stretched.desk, asked)
        assert stretched.desk.admin.http.get("/v1/articles").status_code == 200
        for answer in waiting.result():
            assert_says_when_to_ask_again(answer)
    # What was held back arrives now, long after its clients were told to ask again: as if it came from the past.
    stretched.to_ticket.pass_on()
    for marker in asked:
        until_created(stretched.desk, marker)
    assert opened(stretched.desk, asked) == asked


@pytest.mark.usefixtures("refused")
def test_connections_cut_in_the_middle_lose_and_double_nothing(stretched: Stretched) -> None:
    asked = markers(40)
    with ThreadPoolExecutor(4) as threads:
        creating = [threads.submit(until_created, stretched.desk, marker) for marker in asked]
        for _ in range(CUTS):
            time.sleep(0.2)
            stretched.to_ticket.cut()
            stretched.ticket_data.cut()
        statuses = {status for one in creating for status in one.result()}
    assert statuses <= {200, 201, 409, 502, 503, 504}
    assert opened(stretched.desk, asked) == asked


@pytest.mark.usefixtures("refused")
def test_a_database_that_is_silent_for_a_while_has_every_ticket_once_afterwards(stretched: Stretched) -> None:
    asked = markers(AT_ONCE)
    stretched.ticket_data.half_open()
    for answer in create_at_once(stretched.desk, asked):
        assert_says_when_to_ask_again(answer)
    stretched.ticket_data.pass_on()
    for marker in asked:
        until_created(stretched.desk, marker)
    assert opened(stretched.desk, asked) == asked
    assert {answer.status_code for answer in get_at_once(stretched.desk, "/v1/tickets")} == {200}


@pytest.mark.usefixtures("refused")
def test_after_dead_connections_everything_flows_again_without_a_restart(stretched: Stretched) -> None:
    """A relay's dead session holds its locks until the server ends it (a minute): only then do its events go out."""
    desk = stretched.desk
    ticket = desk.open("你好", external_id=uuid4().hex)
    tickets = {one["id"] for one in desk.admin.all("/v1/tickets")}

    def known() -> list[str]:
        answer = desk.admin.http.get("/v1/work-items", params={"limit": 1})
        return [item["ticket_id"] for item in desk.admin.all("/v1/work-items")] if answer.status_code == 200 else []

    eventually(lambda: tickets <= set(known()), within=150)
    assert len(known()) == len(set(known()))
    eventually(lambda: desk.ticket(ticket["id"])["agent_id"], within=150)
    assert {answer.status_code for answer in get_at_once(desk, "/v1/agents")} == {200}
    assert desk.platform.children() == stretched.pids
