"""Rules act on what happens."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from common.contracts.routing import AgentJoined
from common.contracts.tickets import TicketReplied
from common.ids import new_id
from common.testing.stage import Stage

pytestmark = pytest.mark.asyncio

VIP = {"do": "tag", "add": ["vip"]}
URGENT = {"do": "update", "priority": "urgent"}
REPLY = {"do": "reply", "text": {"zh": "已收到 #{{number}}", "en": "We have it, {{customer}}: {{subject}}"}}


def on(*happenings: str, **more: Any) -> dict[str, Any]:
    return {"kind": "event", "on": list(happenings), **more}


def term(field: str, operator: str, value: Any = None) -> dict[str, Any]:
    one = {"field": field, "operator": operator}
    return {"all": [one if value is None else {**one, "value": value}]}


async def test_a_rule_acts_where_its_condition_holds_and_its_id_and_version_stand_on_the_trail(ruled: Any) -> None:
    rule = await ruled.rule(on("opened"), VIP, URGENT, conditions=term("topic", "is", "returns"), name="退货优先")
    meant, other = await ruled.open(topic="returns"), await ruled.open(text="else")
    await ruled.hear()
    now = await ruled.look(meant)
    assert (now["tags"], now["priority"], now["version"]) == (["vip"], "urgent", 3)
    assert await ruled.look(other) == other
    tagged, updated = (await ruled.trail(meant))[1:]
    assert tagged["actor"] == {"kind": "rule", "id": rule["id"], "name": "退货优先"}
    assert updated["rule"]["depth"] == 1
    assert (tagged["rule"]["id"], tagged["rule"]["version"]) == (rule["id"], 1)
    assert tagged["rule"]["chain_id"] == updated["rule"]["chain_id"]
    (run,) = await ruled.runs()
    assert (run["rule_id"], run["rule_version"], run["ticket_id"]) == (rule["id"], 1, meant["id"])
    assert (run["outcome"], run["happened"], run["version_before"], run["version_after"]) == ("done", "opened", 1, 3)


async def test_rules_are_asked_in_order_each_sees_what_the_one_before_did_and_stop_ends_it(ruled: Any) -> None:
    await ruled.rule(on("opened"), URGENT)
    await ruled.rule(
        on("opened"), {"do": "tag", "add": ["second"]}, conditions=term("priority", "is", "urgent"), stop=True
    )
    await ruled.rule(on("opened"), {"do": "tag", "add": ["third"]})
    ticket = await ruled.open()
    await ruled.hear()
    assert (await ruled.look(ticket))["tags"] == ["second"]


async def test_one_that_has_nothing_left_to_do_still_stops_the_later_ones(ruled: Any) -> None:
    await ruled.rule(on("opened", "updated"), VIP, stop=True)
    await ruled.rule(on("opened", "updated"), {"do": "tag", "add": ["other"]})
    ticket = await ruled.open(tags=["vip"])
    await ruled.update(ticket, subject="x")
    await ruled.hear()
    assert (await ruled.look(ticket))["tags"] == ["vip"]
    assert await ruled.runs() == []


async def test_refused_actions_undo_the_rule_are_written_down_and_keep_no_other_back(ruled: Any) -> None:
    rule = await ruled.rule(on("noted"), VIP, {"do": "resume"}, name="refused")
    await ruled.rule(on("noted"), {"do": "tag", "add": ["other"]})
    ticket = await ruled.open()
    await ruled.do(ticket, "notes", status=201, text="x")
    await ruled.hear()
    assert (await ruled.look(ticket))["tags"] == ["other"]
    refused = (await ruled.runs(outcome="refused"))[0]
    assert (refused["rule_id"], refused["version_before"]) == (rule["id"], refused["version_after"])
    assert refused["problem"]["type"] == "urn:kefu:problem:transition-refused"
    assert refused["problem"]["action"] == 1


async def test_closed_ticket_refuses_and_a_merged_one_is_met_by_no_rule(ruled: Any) -> None:
    await ruled.rule(on("noted", "closed"), URGENT)
    closed, merged, into = [await ruled.open(text=f"question {n}") for n in range(3)]
    await ruled.do(closed, "resolve")
    await ruled.do(closed, "close")
    await ruled.do(merged, "merge", into=into["id"])
    await ruled.hear()
    (refused,) = await ruled.runs()
    assert (refused["ticket_id"], refused["outcome"], refused["happened"]) == (closed["id"], "refused", "closed")
    assert (await ruled.look(into))["priority"] == "normal"


async def test_reply_is_in_the_tickets_language_in_the_voice_rule_and_answers_no_clock(ruled: Any) -> None:
    rule = await ruled.rule(on("opened"), REPLY, {"do": "note", "text": "自动回复"}, name="internal name")
    chinese, english = await ruled.open(), await ruled.open(text="Where is my order?", subject="Order {{number}}")
    await ruled.hear()
    said, noted = (await ruled.messages(chinese))[1:]
    assert (said["text"], said["author_kind"], said["author_name"]) == (f"已收到 #{chinese['number']}", "rule", "Kefu")
    assert said["author_id"] == rule["id"]
    assert (noted["kind"], noted["author_kind"], noted["author_name"]) == ("note", "rule", "internal name")
    assert (await ruled.messages(english))[1]["text"] == "We have it, 韩梅梅: Order {{number}}"
    now = await ruled.look(chinese)
    assert (now["status"], now["responded_at"], now["response_breached"]) == ("new", None, False)
    assert {row.kind for row in await ruled.stage.rows("timer")} == {"sla.first_response", "sla.resolution"}


async def test_what_rules_write_wakes_no_rule_and_a_customer_who_answers_by_machine_is_not_answered_for_ever(
    ruled: Any,
) -> None:
    await ruled.rule(on("opened", "customer_replied", "agent_replied"), REPLY)
    ticket = await ruled.open()
    await ruled.hear()
    assert len(await ruled.messages(ticket)) == 2
    for number in range(4):
        await ruled.do(ticket, "replies", status=201, text=f"我在休假 {number}", author="customer")
        await ruled.hear()
    assert [run["outcome"] for run in await ruled.runs()] == ["done", "done", "done", "refused", "refused"]
    assert (await ruled.runs())[-1]["problem"]["type"] == "urn:kefu:problem:too-many-replies"
    ruled.stage.clock.forward(timedelta(hours=1, seconds=1))
    await ruled.do(ticket, "replies", status=201, text="还有一个问题", author="customer")
    await ruled.hear()
    assert (await ruled.runs())[-1]["outcome"] == "done"


async def test_two_events_of_one_change_wake_a_rule_once_and_are_no_loop(ruled: Any) -> None:
    await ruled.rule(on("customer_replied", "resumed"), {"do": "note", "text": "they answered"})
    ticket = await ruled.open()
    for _ in range(2):
        await ruled.do(ticket, "pend")
        await ruled.do(ticket, "replies", status=201, text="订单号是 A-1", author="customer")
        await ruled.hear()
    assert [run["outcome"] for run in await ruled.runs()] == ["done", "done"]


async def test_thanks_are_another_thing_than_a_reply(ruled: Any) -> None:
    await ruled.rule(on("customer_replied"), VIP)
    await ruled.rule(on("customer_thanked"), {"do": "tag", "add": ["thanks"]})
    ticket = await ruled.open()
    await ruled.do(ticket, "replies", status=201, text="谢谢", author="customer")
    await ruled.hear()
    assert (await ruled.look(ticket))["tags"] == ["thanks"]


async def test_only_what_changed_as_it_was_asked_for_wakes_a_rule(ruled: Any) -> None:
    changed = [{"field": "priority", "was": "normal", "becomes": "high"}, {"field": "tags", "becomes": "late"}]
    await ruled.rule(on("updated", "tagged", changed=changed), {"do": "note", "text": "seen"})
    tickets = [await ruled.open(text=f"question {n}") for n in range(4)]
    await ruled.update(tickets[0], priority="high")
    await ruled.update(tickets[1], priority="low")
    await ruled.update(tickets[2], subject="x")
    await ruled.do(tickets[3], "tags", add=["late"])
    await ruled.hear()
    assert {run["ticket_id"] for run in await ruled.runs()} == {tickets[0]["id"], tickets[3]["id"]}


async def test_all_actions_of_a_bulk_request_and_the_rest_are_the_same_operations(ruled: Any) -> None:
    agent_id = new_id()
    await ruled.stage.hear(AgentJoined(agent_id=agent_id, name="小李", skills={}, capacity=5), about=agent_id)
    actions = ({"do": "assign", "agent_id": str(agent_id)}, {"do": "pend"}, {"do": "resume"}, {"do": "resolve"})
    await ruled.rule(on("opened"), *actions)
    ticket = await ruled.open()
    await ruled.hear()
    now = await ruled.look(ticket)
    assert (now["status"], now["agent_name"]) == ("resolved", "小李")
    assert {step["rule"]["depth"] for step in (await ruled.trail(ticket))[1:]} == {1}
    versions = [step["version"] for step in await ruled.trail(ticket)]
    assert versions == list(range(1, now["version"] + 1))


async def test_ping_pong_ends_and_is_told_as_a_loop(ruled: Any) -> None:
    there = await ruled.rule(on("opened", "tagged"), VIP, conditions=term("tags", "is_empty"))
    away = await ruled.rule(on("tagged"), {"do": "tag", "remove": ["vip"]}, conditions=term("tags", "has_any", ["vip"]))
    ticket = await ruled.open()
    await ruled.hear(rounds=8)
    assert (await ruled.look(ticket))["tags"] == []
    assert [(run["rule_id"], run["outcome"], run["depth"]) for run in await ruled.runs()] == [
        (there["id"], "done", 0),
        (away["id"], "done", 1),
        (there["id"], "loop", 2),
    ]
    assert len({run["chain_id"] for run in await ruled.runs()}) == 1
    # A person begins another chain.
    await ruled.do(ticket, "tags", add=["vip"])
    await ruled.hear(rounds=8)
    assert [run["outcome"] for run in await ruled.runs()][3:] == ["done", "done", "loop"]


async def test_rules_act_no_more_than_five_deep(ruled: Any) -> None:
    # The later ones are asked first: so they do not all act on the first event, but one wakes the next.
    for number in reversed(range(7)):
        condition = term("tags", "has_any", [f"t{number}"])
        await ruled.rule(on("tagged"), {"do": "tag", "add": [f"t{number + 1}"]}, conditions=condition)
    ticket = await ruled.open()
    await ruled.do(ticket, "tags", add=["t0"])
    await ruled.hear()
    last = (await ruled.runs(ticket_id=ticket["id"]))[-1]
    assert (last["outcome"], last["depth"]) == ("too_deep", 5)
    assert (await ruled.look(ticket))["tags"] == ["t0", "t1", "t2", "t3", "t4", "t5"]


async def all_rules(ruled: Any) -> list[Any]:
    items: list[Any] = (await ruled.get("/v1/rules"))["items"]
    return items


async def test_the_version_that_is_active_when_a_rule_is_asked_acts(ruled: Any) -> None:
    rule = await ruled.rule(on("opened"), VIP)
    ticket = await ruled.open()
    await ruled.change(rule, actions=[{"do": "tag", "add": ["newer"]}])
    await ruled.hear()
    assert (await ruled.look(ticket))["tags"] == ["newer"]
    assert (await ruled.runs())[0]["rule_version"] == 2


async def test_rule_hears_of_nothing_from_before_it_was_activated_nor_while_it_is_not(ruled: Any) -> None:
    early = await ruled.open(text="before")
    ruled.stage.clock.forward(timedelta(seconds=1))
    rule = await ruled.rule(on("opened"), VIP)
    await ruled.change(rule, active=False)
    away = await ruled.open(text="meanwhile")
    await ruled.hear()
    ruled.stage.clock.forward(timedelta(seconds=1))
    await ruled.change(rule, active=True)
    late = await ruled.open(text="after")
    await ruled.hear()
    assert [(await ruled.look(one))["tags"] for one in (early, away, late)] == [[], [], ["vip"]]


async def test_what_a_rule_names_and_is_gone_is_told_once_an_hour_or_refused(ruled: Any) -> None:
    label = {"zh": "单号", "en": "Number"}
    await ruled.answer(ruled.boss, "POST", "/v1/fields", {"key": "order_no", "kind": "text", "label": label}, 201)
    team = await ruled.answer(ruled.boss, "POST", "/v1/teams", {"name": "returns"}, 201)
    broken = await ruled.rule(on("opened"), VIP, conditions=term("fields.order_no", "is_empty"))
    lame = await ruled.rule(on("opened"), {"do": "update", "team_id": team["id"]})
    for path in ("/v1/fields/order_no", f"/v1/teams/{team['id']}"):
        headers = {"If-Match": '"1"'}
        await ruled.answer(ruled.boss, "PATCH", path, {"active": False}, 200, headers)
    tickets = [await ruled.open(text=f"question {n}") for n in range(2)]
    await ruled.hear()
    runs = await ruled.runs()
    assert [run["rule_id"] for run in runs].count(broken["id"]) == 1
    told = {run["rule_id"]: run["problem"]["errors"][0] for run in runs}
    assert (told[broken["id"]]["pointer"], told[broken["id"]]["code"]) == ("/conditions/all/0/field", "inactive_field")
    assert (told[lame["id"]]["pointer"], told[lame["id"]]["code"]) == ("/team_id", "team_inactive")
    assert [(await ruled.look(one))["version"] for one in tickets] == [1, 1]
    problems = {one["id"]: one["problems"][0]["pointer"] for one in await all_rules(ruled)}
    assert problems == {broken["id"]: "/conditions/all/0/field", lame["id"]: "/actions/0/team_id"}


async def test_event_that_comes_twice_or_to_two_workers_at_once_has_one_effect(ruled: Any) -> None:
    await ruled.rule(on("customer_replied"), {"do": "note", "text": "once"})
    ticket = await ruled.open()
    await ruled.hear()
    ticket_id, event_id = UUID(ticket["id"]), new_id()
    said = TicketReplied(
        ticket_id=ticket_id,
        message_id=new_id(),
        author_kind="customer",
        author_id=None,
        text="x",
        replied_at=ruled.stage.clock.now(),
    )
    await asyncio.gather(
        *(ruled.stage.hear(said, about=ticket_id, sequence=9, event_id=event_id, times=2) for _ in range(3))
    )
    assert len(await ruled.runs()) == 1
    assert len(await ruled.messages(ticket)) == 2


async def test_a_worker_that_dies_before_the_commit_leaves_nothing_and_the_next_one_does_it(ruled: Any) -> None:
    await ruled.rule(on("opened"), VIP, REPLY)
    ticket = await ruled.open()
    # The record of the run cannot be written: all was done, and is lost just before the commit.
    await run_sql(ruled.stage, "ALTER TABLE rule_run ADD CONSTRAINT none CHECK (FALSE) NOT VALID")
    with pytest.raises(AssertionError):
        await ruled.hear()
    assert (await ruled.look(ticket))["version"] == 1
    assert len(await ruled.messages(ticket)) == 1
    await run_sql(ruled.stage, "ALTER TABLE rule_run DROP CONSTRAINT none")
    await ruled.forward(seconds=6)
    assert (await ruled.look(ticket))["tags"] == ["vip"]
    assert len(await ruled.messages(ticket)) == 2


async def run_sql(stage: Stage, statement: str) -> None:
    async with stage.database.transaction() as db:
        await db.execute(sa.text(statement))


async def test_without_a_rule_for_it_an_event_costs_one_look_at_the_editions(ruled: Any) -> None:
    await ruled.rule(on("resolved"), VIP)
    tickets = [await ruled.open(text=f"question {n}") for n in range(5)]
    await ruled.hear()
    statements: list[str] = []
    ruled.stage.database.tell(statements.append)
    for ticket in tickets:
        await ruled.do(ticket, "notes", status=201, text="x")
    statements.clear()
    await ruled.hear()
    ours = [sql for sql in statements if "rule" in sql]
    assert len(ours) == 1
    assert "rule_edition" in ours[0]


async def test_unlisted_events_wake_no_rule(ruled: Any) -> None:
    heard = {listen.event.TYPE for listen in ruled.stage.service.listens if listen.name.endswith(">rules")}
    assert "ticket.imported" not in heard
    assert "ticket.merged" not in heard
    assert len(heard) == 18
