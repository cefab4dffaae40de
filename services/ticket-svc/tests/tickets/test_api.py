"""The tickets' door: who may come in, and with which version."""

from __future__ import annotations

from typing import Any

import pytest

from common.http.identity import Caller
from common.ids import new_id
from common.testing.stage import MORNING, Stage, a_caller
from ticket_svc.tickets.open import open_ticket
from ticket_svc.tickets.schemas import NewTicket

VERBS: dict[str, dict[str, Any] | None] = {
    "replies": {"text": "x"},
    "notes": {"text": "x"},
    "assign": {"agent_id": str(new_id())},
    "pend": None,
    "resume": None,
    "resolve": None,
    "close": None,
    "reopen": None,
}


@pytest.mark.asyncio
@pytest.mark.parametrize("verb", VERBS)
async def test_every_verb_refuses_a_stale_version(desk: Any, verb: str) -> None:
    ticket = await desk.open()
    url = f"/v1/tickets/{ticket['id']}/{verb}"
    answer = await desk.client.post(url, json=VERBS[verb], headers={"If-Match": '"99"'})
    assert answer.status_code == 412
    assert answer.headers["etag"] == '"1"'
    assert await desk.look(ticket) == ticket


@pytest.mark.asyncio
@pytest.mark.parametrize("verb", VERBS)
async def test_every_verb_answers_not_found_for_an_unknown_ticket(desk: Any, verb: str) -> None:
    answer = await desk.client.post(f"/v1/tickets/{new_id()}/{verb}", json=VERBS[verb])
    assert answer.status_code == 404


@pytest.mark.asyncio
@pytest.mark.parametrize("verb", VERBS)
async def test_every_verb_needs_the_permission_to_write(stage: Stage, verb: str) -> None:
    reader = a_caller("integration", scopes=frozenset({"tickets:read"}))
    async with stage.client(caller=reader) as client:
        answer = await client.post(f"/v1/tickets/{new_id()}/{verb}", json=VERBS[verb])
    assert answer.status_code == 403
    assert answer.json()["permission"] == "tickets:write"


@pytest.mark.asyncio
async def test_customers_themselves_have_no_door_here(stage: Stage) -> None:
    async with stage.client("customer") as client:
        assert (await client.get("/v1/tickets")).status_code == 403
        assert (await client.get("/v1/customers")).status_code == 403


@pytest.mark.asyncio
async def test_key_stands_on_the_trail_as_a_key(stage: Stage) -> None:
    crm: Caller = a_caller("integration", name="CRM")
    async with stage.client(caller=crm) as client:
        ticket = (await client.post("/v1/tickets", json={"text": "hi", "customer": {}})).json()
        trail = (await client.get(f"/v1/tickets/{ticket['id']}/events")).json()["items"]
    assert trail[0]["actor"] == {"kind": "key", "id": str(crm.id), "name": "CRM"}


@pytest.mark.asyncio
async def test_what_fails_before_the_commit_leaves_nothing(stage: Stage) -> None:
    wanted = NewTicket.model_validate({"text": "hi", "customer": {"name": "Ann"}})

    async def die_before_the_commit() -> None:
        async with stage.database.transaction() as db:
            await open_ticket(db, a_caller(), wanted=wanted, now=MORNING)
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        await die_before_the_commit()
    for table in ("customer", "ticket", "message", "ticket_event", "timer", "outbox"):
        assert await stage.rows(table) == []


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("verb", "body", "pointer"),
    [
        ("replies", {"text": ""}, "/text"),
        ("replies", {"text": "x", "author": "bot"}, "/author"),
        ("replies", {"text": "x", "article_ids": ["one"]}, "/article_ids/0"),
        ("notes", {"text": "x", "secret": True}, "/secret"),
        ("assign", {"agent_id": "me"}, "/agent_id"),
    ],
)
async def test_bad_input_names_the_field(desk: Any, verb: str, body: dict[str, Any], pointer: str) -> None:
    ticket = await desk.open()
    problem = await desk.do(ticket, verb, status=422, **body)
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
