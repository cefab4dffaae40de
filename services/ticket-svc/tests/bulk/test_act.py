"""Doing one thing to many tickets."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from common.contracts.routing import AgentJoined
from common.ids import new_id
from common.testing.stage import Stage

WAITS = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")


async def act(office: Any, tickets: list[Any], action: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Do it to these tickets."""
    headers = more.pop("headers", {})
    ids = [ticket if isinstance(ticket, str) else ticket["id"] for ticket in tickets]
    body = {"action": action, **({"ids": ids} if ids else {}), **more}
    answer = await office.agent.post("/v1/tickets/bulk", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def statuses(done: dict[str, Any]) -> list[int]:
    """The status of each ticket's result."""
    return [one["status"] for one in done["results"]]


@pytest.mark.asyncio
async def test_each_ticket_has_its_result_and_one_that_is_refused_keeps_none_back(stage: Stage, office: Any) -> None:
    tickets = [await office.open(text=f"question {number}") for number in range(4)]
    await office.do(tickets[1], "resolve")
    unknown = str(new_id())
    done = await act(office, [*tickets, unknown, tickets[0]], {"do": "resolve"})
    assert statuses(done) == [200, 409, 200, 200, 404]
    assert (done["done"], done["failed"], done["more"]) == (3, 2, False)
    refused = done["results"][1]
    assert (refused["ticket_id"], refused["version"]) == (tickets[1]["id"], None)
    assert refused["problem"]["type"] == "urn:kefu:problem:transition-refused"
    assert refused["problem"]["trace_id"]
    assert done["results"][4]["problem"]["type"] == "urn:kefu:problem:no-such-ticket"
    for place, ticket in enumerate(tickets):
        now = await office.look(ticket)
        assert now["status"] == "resolved"
        assert done["results"][place]["version"] in (now["version"], None)
    assert len(await stage.said("ticket.resolved")) == 4
    assert {row.kind for row in await stage.rows("timer")} == {"ticket.auto_close", "ticket.close_notice"}


@pytest.mark.asyncio
async def test_one_batch_id_stands_on_every_trail_and_on_no_other_step(stage: Stage, office: Any) -> None:
    tickets = [await office.open(text=f"question {number}") for number in range(3)]
    done = await act(office, tickets, {"do": "resolve"})
    other = await act(office, tickets[:1], {"do": "note", "text": "看过"})
    assert done["batch_id"] != other["batch_id"]
    rows = await stage.rows("ticket_event", batch_id=done["batch_id"])
    assert sorted((str(row.ticket_id), row.type) for row in rows) == sorted(
        (ticket["id"], type_) for ticket in tickets for type_ in ("ticket.resolved", "sla.met")
    )
    trail = await office.trail(tickets[0])
    batches = [step["batch_id"] for step in trail]
    assert batches == [None, done["batch_id"], done["batch_id"], other["batch_id"]]
    await office.do(tickets[0], "reopen")
    assert (await office.trail(tickets[0]))[-1]["batch_id"] is None


@pytest.mark.asyncio
async def test_every_action_is_the_operation_of_a_single_request(stage: Stage, office: Any) -> None:
    await office.field("order_no", "text")
    await office.form("request", order_no={})
    agent_id = new_id()
    await stage.hear(AgentJoined(agent_id=agent_id, name="小李", skills={}, capacity=5), about=agent_id)
    tickets = [await office.open(text=f"question {number}") for number in range(2)]
    ids = [ticket["id"] for ticket in tickets]
    for action in (
        {"do": "assign", "agent_id": str(agent_id)},
        {"do": "update", "priority": "high", "topic": "returns", "fields": {"order_no": "A-7"}},
        {"do": "tag", "add": ["VIP", "315"]},
        {"do": "note", "text": "批量处理"},
        {"do": "pend"},
        {"do": "resume"},
        {"do": "resolve"},
        {"do": "reopen"},
        {"do": "resolve"},
        {"do": "close"},
    ):
        assert statuses(await act(office, ids, action)) == [200, 200], action
    for ticket in tickets:
        now = await office.look(ticket)
        assert (now["status"], now["agent_name"], now["priority"], now["topic"]) == (
            "closed",
            "小李",
            "high",
            "returns",
        )
        assert (now["fields"], now["tags"]) == ({"order_no": "A-7"}, ["315", "vip"])
        versions = [step["version"] for step in await office.trail(ticket)]
        assert versions == list(range(1, now["version"] + 1))
    assert await stage.rows("timer") == []


@pytest.mark.asyncio
async def test_what_is_left_out_of_an_update_stays_and_bad_values_are_named_for_each_ticket(office: Any) -> None:
    tickets = [await office.open(text=f"question {number}", topic="returns") for number in range(2)]
    await act(office, tickets, {"do": "update", "priority": "low"})
    assert (await office.look(tickets[0]))["topic"] == "returns"
    done = await act(office, tickets, {"do": "update", "fields": {"what": 1}})
    assert statuses(done) == [422, 422]
    assert [error["pointer"] for error in done["results"][0]["problem"]["errors"]] == ["/fields/what"]


@pytest.mark.asyncio
async def test_versions_that_were_seen_are_compared_ticket_by_ticket(office: Any) -> None:
    tickets = [await office.open(text=f"question {number}") for number in range(3)]
    await office.update(tickets[1], subject="meanwhile")
    seen = {ticket["id"]: ticket["version"] for ticket in tickets[:2]}
    done = await act(office, tickets, {"do": "tag", "add": ["vip"]}, if_versions=seen)
    assert statuses(done) == [200, 412, 200]
    assert "version is 2" in done["results"][1]["problem"]["detail"]
    assert (await office.look(tickets[1]))["tags"] == []


@pytest.mark.asyncio
async def test_a_request_sent_again_with_its_key_is_answered_and_does_nothing_more(stage: Stage, office: Any) -> None:
    tickets = [await office.open(text=f"question {number}") for number in range(3)]
    key = {"Idempotency-Key": "once"}
    first = await act(office, tickets, {"do": "note", "text": "一次"}, headers=key)
    again = await act(office, tickets, {"do": "note", "text": "一次"}, headers=key)
    assert again == first
    assert len([row for row in await stage.rows("message") if not row.is_public]) == 3


@pytest.mark.asyncio
async def test_two_with_one_key_at_once_have_one_effect(stage: Stage, office: Any) -> None:
    tickets = [await office.open(text=f"question {number}") for number in range(5)]
    key = {"Idempotency-Key": "once"}
    answers = await asyncio.gather(
        *(act(office, tickets, {"do": "note", "text": "一次"}, headers=key) for _ in range(4))
    )
    assert all(answer == answers[0] for answer in answers)
    assert len([row for row in await stage.rows("message") if not row.is_public]) == 5


@pytest.mark.asyncio
async def test_what_fails_in_the_middle_leaves_nothing_and_can_be_sent_again(stage: Stage, office: Any) -> None:
    tickets = [await office.open(text=f"question {number}") for number in range(3)]
    body = {"ids": [one["id"] for one in tickets], "action": {"do": "note", "text": "一次"}}
    key = {"Idempotency-Key": "once"}
    # The record of the key cannot be written: everything was done, and is lost just before the commit.
    await run(stage, "ALTER TABLE idempotency ADD CONSTRAINT none CHECK (FALSE) NOT VALID")
    assert (await office.agent.post("/v1/tickets/bulk", json=body, headers=key)).status_code == 409
    assert [row for row in await stage.rows("message") if not row.is_public] == []
    assert await stage.said("ticket.noted") == []
    await run(stage, "ALTER TABLE idempotency DROP CONSTRAINT none")
    assert (await office.agent.post("/v1/tickets/bulk", json=body, headers=key)).json()["done"] == 3
    assert len([row for row in await stage.rows("message") if not row.is_public]) == 3


async def run(stage: Stage, statement: str) -> None:
    """Run a statement."""
    async with stage.database.transaction() as db:
        await db.execute(sa.text(statement))


@pytest.mark.asyncio
async def test_bulk_actions_and_single_ones_on_the_same_tickets_wait_for_each_other_and_never_in_a_circle(
    office: Any,
) -> None:
    tickets = [await office.open(text=f"question {number}") for number in range(12)]
    backwards = list(reversed(tickets))
    bulks = [act(office, tickets if n % 2 else backwards, {"do": "tag", "add": [f"t{n}", "x"]}) for n in range(6)]
    notes = [act(office, backwards, {"do": "update", "priority": one}) for one in ("high", "low", "urgent")]
    singles = [office.do(ticket, "tags", add=["single"]) for ticket in tickets]
    done = await asyncio.gather(*bulks, *notes, *singles)
    assert all(one["failed"] == 0 for one in done[:9])
    for ticket in tickets:
        now = await office.look(ticket)
        assert set(now["tags"]) == {*(f"t{n}" for n in range(6)), "x", "single"}
        versions = [step["version"] for step in await office.trail(ticket)]
        assert versions == list(range(1, now["version"] + 1))


@pytest.mark.asyncio
async def test_a_view_gives_its_first_hundred_and_says_when_there_are_more(stage: Stage, office: Any) -> None:
    await office.agent.post("/v1/tickets", json={"text": "one", "customer": {}})
    await run(
        stage,
        "INSERT INTO ticket (id, customer_id, subject, status, priority, channel, language, opened_at, response_due_at,"
        " response_stood, resolution_due_at, resolution_stood, version, updated_at) SELECT gen_random_uuid(),"
        " customer_id, subject, status, priority, channel, language, opened_at + n * interval '1 second',"
        " response_due_at, response_stood, resolution_due_at, resolution_stood, 1, updated_at"
        " FROM ticket, generate_series(1, 129) AS n",
    )
    untagged = {"all": [{"field": "tags", "operator": "is_empty"}]}
    body = {"name": "untagged", "conditions": untagged, "descending": False}
    view = (await office.agent.post("/v1/views", json=body)).json()
    more = []
    for _ in range(3):
        done = await act(office, [], {"do": "tag", "add": ["sorted"]}, view_id=view["id"])
        more.append((done["done"], done["failed"], done["more"]))
    assert more == [(100, 0, True), (30, 0, False), (0, 0, False)]


@pytest.mark.asyncio
async def test_a_view_that_names_what_is_gone_touches_no_ticket(stage: Stage, office: Any) -> None:
    await office.field("order_no", "text")
    await office.open()
    empty = {"all": [{"field": "fields.order_no", "operator": "is_empty"}]}
    view = (await office.agent.post("/v1/views", json={"name": "v", "conditions": empty})).json()
    await office.change("/v1/fields/order_no", {"active": False})
    done = await act(office, [], {"do": "resolve"}, view_id=view["id"])
    assert (done["results"], done["more"]) == ([], False)
    assert await stage.said("ticket.resolved") == []


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"action": {"do": "resolve"}}, "", "either"),
        ({"action": {"do": "resolve"}, "ids": [str(new_id())], "view_id": str(new_id())}, "", "either"),
        ({"action": {"do": "resolve"}, "ids": []}, "/ids", "too_short"),
        ({"action": {"do": "resolve"}, "ids": [str(new_id()) for _ in range(101)]}, "/ids", "too_long"),
        ({"action": {"do": "explode"}, "ids": [str(new_id())]}, "/action", "union_tag_invalid"),
        ({"action": {"do": "assign"}, "ids": [str(new_id())]}, "/action/agent_id", "missing"),
        (
            {"action": {"do": "resolve", "force": True}, "ids": [str(new_id())]},
            "/action/force",
            "extra_forbidden",
        ),
    ],
)
async def test_bad_input_names_the_place(office: Any, body: dict[str, Any], pointer: str, code: str) -> None:
    answer = await office.agent.post("/v1/tickets/bulk", json=body)
    errors = [(error["pointer"], error["code"]) for error in answer.json()["errors"]]
    assert (answer.status_code, errors) == (422, [(pointer, code)])


@pytest.mark.asyncio
async def test_an_unknown_view_is_not_found_and_a_reader_may_not_act(stage: Stage, office: Any) -> None:
    body = {"action": {"do": "resolve"}, "view_id": str(new_id())}
    assert (await office.agent.post("/v1/tickets/bulk", json=body)).status_code == 404
    async with stage.client("light_agent") as colleague:
        assert (await colleague.post("/v1/tickets/bulk", json=body)).status_code == 403


@pytest.mark.asyncio
async def test_notes_to_merged_tickets_wait_for_their_survivors_in_the_order_of_ids(stage: Stage, office: Any) -> None:
    low, high, into_high, into_low = [await office.open(text=f"question {number}") for number in range(4)]
    await office.do(into_high, "merge", into=high["id"])
    await office.do(into_low, "merge", into=low["id"])
    lock = sa.text("SELECT FROM ticket WHERE id = :id FOR NO KEY UPDATE NOWAIT")
    async with stage.database.transaction() as db:
        await db.execute(lock, {"id": low["id"]})
        acting = asyncio.create_task(act(office, [into_high, into_low], {"do": "note", "text": "看过"}))
        async with stage.database.reading() as looking:
            while not (await looking.execute(WAITS)).scalar_one():
                assert not acting.done()
                await asyncio.sleep(0.01)
        async with stage.database.transaction() as other:
            # Whoever has the lower one may go on to the higher one: it is not held by who waits for the lower one.
            await other.execute(lock, {"id": high["id"]})
    done = await acting
    assert statuses(done) == [200, 200]


@pytest.mark.asyncio
async def test_ticket_that_is_merged_while_its_turn_is_waited_for_is_asked_for_anew(stage: Stage, office: Any) -> None:
    low, high = [await office.open(text=f"question {number}") for number in range(2)]
    merge = sa.text("UPDATE ticket SET merged_into_id = :into, status = 'closed' WHERE id = :id")
    async with stage.database.transaction() as db:
        await db.execute(merge, {"id": high["id"], "into": low["id"]})
        acting = asyncio.create_task(act(office, [high], {"do": "note", "text": "看过"}))
        async with stage.database.reading() as looking:
            while not (await looking.execute(WAITS)).scalar_one():
                await asyncio.sleep(0.01)
    assert statuses(await acting) == [200]
    notes = [row.text for row in await stage.rows("message", ticket_id=low["id"])]
    assert "看过" in notes
