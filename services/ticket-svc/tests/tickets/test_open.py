"""Opening tickets."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from common.ids import new_id
from common.testing.stage import MORNING, Stage


@contextmanager
def statements(stage: Stage) -> Iterator[list[str]]:
    """The SQL statements that are run meanwhile."""
    seen: list[str] = []

    listening = True
    stage.database.tell(lambda statement: seen.append(statement) if listening else None)
    yield seen
    listening = False


LI = {"external_id": "crm-7", "name": "李雷", "email": "Li@Example.com"}


@pytest.mark.asyncio
async def test_opening_answers_the_ticket_with_its_deadlines(stage: Stage) -> None:
    async with stage.client() as client:
        answer = await client.post(
            "/v1/tickets", json={"text": "你好，充电器坏了，能换货吗？谢谢", "customer": LI, "priority": "high"}
        )
    assert answer.status_code == 201, answer.text
    ticket = answer.json()
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["location"] == f"/v1/tickets/{ticket['id']}"
    assert ticket["number"] >= 1001
    assert (ticket["status"], ticket["language"], ticket["version"]) == ("new", "zh", 1)
    assert ticket["subject"] == "你好，充电器坏了，能换货吗？"
    assert ticket["customer"]["name"] == "李雷"
    assert ticket["response_due_at"] == "2026-03-16T02:00:00Z"
    assert ticket["resolution_due_at"] == "2026-03-16T09:00:00Z"
    assert ticket["agent_id"] is None


@pytest.mark.asyncio
async def test_what_was_answered_is_what_is_read(stage: Stage) -> None:
    async with stage.client() as client:
        opened = await client.post("/v1/tickets", json={"text": "hello there", "customer": LI, "topic": "returns"})
        read = await client.get(f"/v1/tickets/{opened.json()['id']}")
    assert read.status_code == 200
    assert read.json() == opened.json()
    assert read.headers["etag"] == '"1"'


@pytest.mark.asyncio
async def test_opening_says_the_customer_and_the_ticket(stage: Stage) -> None:
    async with stage.client() as client:
        opened = (await client.post("/v1/tickets", json={"text": "x" * 9000, "customer": LI})).json()
    created, ticket = await stage.said()
    assert (created.type, created.version) == ("customer.created", 1)
    assert (ticket.type, ticket.version, str(ticket.about)) == ("ticket.opened", 1, opened["id"])
    assert ticket.data.number == opened["number"]
    assert ticket.data.tier == "standard"
    assert len(ticket.data.text) == 4000


@pytest.mark.asyncio
async def test_opening_sets_both_clocks_and_begins_the_trail(stage: Stage) -> None:
    async with stage.client() as client:
        opened = (await client.post("/v1/tickets", json={"text": "hello", "customer": LI})).json()
        trail = (await client.get(f"/v1/tickets/{opened['id']}/events", params={"language": "en"})).json()["items"]
        messages = (await client.get(f"/v1/tickets/{opened['id']}/messages")).json()["items"]
    due = {row.kind: row.due_at - MORNING for row in await stage.rows("timer")}
    assert due == {"sla.first_response": timedelta(hours=4), "sla.resolution": timedelta(hours=24)}
    assert [(step["type"], step["text"], step["version"]) for step in trail] == [("ticket.opened", "Ticket opened", 1)]
    assert trail[0]["actor"]["kind"] == "person"
    assert [(one["text"], one["author_kind"], one["author_name"]) for one in messages] == [
        ("hello", "customer", "李雷")
    ]


@pytest.mark.asyncio
async def test_known_external_id_answers_the_ticket_that_has_it(stage: Stage) -> None:
    wanted = {"text": "hello", "customer": LI, "external_id": "T-1"}
    async with stage.client() as client:
        first = await client.post("/v1/tickets", json=wanted)
        again = await client.post("/v1/tickets", json={**wanted, "text": "something else"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert len(await stage.said("ticket.opened")) == 1


@pytest.mark.asyncio
async def test_sixteen_with_one_external_id_open_one_ticket(stage: Stage) -> None:
    wanted = {"text": "hello", "customer": LI, "external_id": "T-1"}
    async with stage.client() as client:
        answers = await asyncio.gather(*(client.post("/v1/tickets", json=wanted) for _ in range(16)))
        found = (await client.get("/v1/tickets", params={"external_id": wanted["external_id"]})).json()["items"]
    assert sorted(answer.status_code for answer in answers) == [200] * 15 + [201]
    assert {answer.json()["id"] for answer in answers} == {found[0]["id"]}
    assert len(await stage.rows("ticket")) == 1
    assert len(await stage.said("ticket.opened")) == 1


@pytest.mark.asyncio
async def test_sixteen_tickets_of_a_new_customer_make_one_customer(stage: Stage) -> None:
    async with stage.client() as client:
        answers = await asyncio.gather(
            *(client.post("/v1/tickets", json={"text": f"question {n}", "customer": LI}) for n in range(16))
        )
    assert [answer.status_code for answer in answers] == [201] * 16
    assert len({answer.json()["customer"]["id"] for answer in answers}) == 1
    assert len({answer.json()["number"] for answer in answers}) == 16
    assert len(await stage.rows("customer")) == 1
    assert len(await stage.said("customer.created")) == 1


@pytest.mark.asyncio
async def test_repeated_request_with_a_key_opens_one_ticket(stage: Stage) -> None:
    wanted = {"text": "hello", "customer": LI}
    async with stage.client() as client:
        first = await client.post("/v1/tickets", json=wanted, headers={"Idempotency-Key": "k1"})
        again = await client.post("/v1/tickets", json=wanted, headers={"Idempotency-Key": "k1"})
    assert again.status_code == 201
    assert again.json() == first.json()
    assert len(await stage.rows("ticket")) == 1


@pytest.mark.asyncio
async def test_ticket_of_a_customer_by_id_takes_their_language_when_the_text_has_none(stage: Stage) -> None:
    async with stage.client() as client:
        customer = (await client.post("/v1/customers", json={"name": "Ann", "language": "en", "tier": "vip"})).json()
        answer = await client.post("/v1/tickets", json={"text": "12345 ?", "customer": {"id": customer["id"]}})
    assert answer.status_code == 201
    assert answer.json()["language"] == "en"
    assert answer.json()["customer"] == {"id": customer["id"], "name": "Ann", "tier": "vip"}


@pytest.mark.asyncio
async def test_unknown_customer_id_is_refused(stage: Stage) -> None:
    async with stage.client() as client:
        answer = await client.post("/v1/tickets", json={"text": "hello", "customer": {"id": str(new_id())}})
    assert answer.status_code == 404
    assert await stage.rows("ticket") == []


@pytest.mark.asyncio
async def test_visitor_without_any_detail_gets_a_ticket(stage: Stage) -> None:
    async with stage.client() as client:
        answer = await client.post("/v1/tickets", json={"text": "有人吗", "customer": {}})
    assert answer.status_code == 201
    assert answer.json()["customer"]["name"] == "访客"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"text": ""}, "/text"),
        ({"text": "nul \x00"}, "/text"),
        ({"priority": "asap"}, "/priority"),
        ({"customer": {"email": "nobody"}}, "/customer/email"),
        ({"customer": {"phone": "12"}}, "/customer/phone"),
        ({"colour": "red"}, "/colour"),
    ],
)
async def test_bad_input_names_the_field(stage: Stage, wrong: dict[str, object], pointer: str) -> None:
    async with stage.client() as client:
        answer = await client.post("/v1/tickets", json={"text": "hello", "customer": LI, **wrong})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


@pytest.mark.asyncio
async def test_only_those_who_may_open_tickets(stage: Stage) -> None:
    async with stage.client("light_agent") as colleague, stage.stranger() as stranger:
        wanted = {"text": "hello", "customer": LI}
        assert (await colleague.post("/v1/tickets", json=wanted)).status_code == 403
        assert (await stranger.post("/v1/tickets", json=wanted)).status_code == 401


@pytest.mark.asyncio
async def test_opening_takes_three_statements_for_whomever_and_with_or_without_a_key(stage: Stage) -> None:
    wanted = {"text": "hello", "customer": LI}
    async with stage.client() as client:
        with statements(stage) as first:
            await client.post("/v1/tickets", json=wanted)
        with statements(stage) as second:
            await client.post("/v1/tickets", json=wanted)
        with statements(stage) as with_key:
            await client.post("/v1/tickets", json=wanted, headers={"idempotency-key": "once"})
    assert (len(first), len(second), len(with_key)) == (3, 3, 3)
