"""Rules act on what happens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from common.contracts.routing import AgentJoined
from common.ids import new_id

from .conftest import event, term

pytestmark = pytest.mark.asyncio

VIP = {"do": "tag", "add": ["vip"]}
URGENT = {"do": "update", "priority": "urgent"}
REPLY = {"do": "reply", "text": {"zh": "已收到 #{{number}}", "en": "We have it, {{customer}}: {{subject}}"}}


async def test_a_rule_acts_where_its_condition_holds_and_its_id_and_version_stand_on_the_trail(ruled: Any) -> None:
    rule = await ruled.rule(event("opened"), VIP, URGENT, conditions=term("topic", "is", "returns"), name="退货优先")
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
    await ruled.rule(event("opened"), URGENT)
    await ruled.rule(
        event("opened"), {"do": "tag", "add": ["second"]}, conditions=term("priority", "is", "urgent"), stop=True
    )
    await ruled.rule(event("opened"), {"do": "tag", "add": ["third"]})
    ticket = await ruled.open()
    await ruled.hear()
    assert (await ruled.look(ticket))["tags"] == ["second"]


async def test_one_that_has_nothing_left_to_do_still_stops_the_later_ones(ruled: Any) -> None:
    await ruled.rule(event("opened", "updated"), VIP, stop=True)
    await ruled.rule(event("opened", "updated"), {"do": "tag", "add": ["other"]})
    ticket = await ruled.open(tags=["vip"])
    await ruled.update(ticket, subject="x")
    await ruled.hear()
    assert (await ruled.look(ticket))["tags"] == ["vip"]
    assert await ruled.runs() == []


async def test_refused_actions_undo_the_rule_are_written_down_and_keep_no_other_back(ruled: Any) -> None:
    rule = await ruled.rule(event("noted"), VIP, {"do": "resume"}, name="refused")
    await ruled.rule(event("noted"), {"do": "tag", "add": ["other"]})
    ticket = await ruled.open()
    await ruled.do(ticket, "notes", status=201, text="x")
    await ruled.hear()
    assert (await ruled.look(ticket))["tags"] == ["other"]
    refused = (await ruled.runs(outcome="refused"))[0]
    assert (refused["rule_id"], refused["version_before"]) == (rule["id"], refused["version_after"])
    assert refused["problem"]["type"] == "urn:kefu:problem:transition-refused"
    assert refused["problem"]["action"] == 1


async def test_closed_ticket_refuses_and_a_merged_one_is_met_by_no_rule(ruled: Any) -> None:
    await ruled.rule(event("noted", "closed"), URGENT)
    closed, merged, into = [await ruled.open(text=f"question {n}") for n in range(3)]
    await ruled.do(closed, "resolve")
    await ruled.do(closed, "close")
    await ruled.do(merged, "merge", into=into["id"])
    await ruled.hear()
    (refused,) = await ruled.runs()
    assert (refused["ticket_id"], refused["outcome"], refused["happened"]) == (closed["id"], "refused", "closed")
    assert (await ruled.look(into))["priority"] == "normal"


async def test_reply_is_in_the_tickets_language_in_the_voice_rule_and_answers_no_clock(ruled: Any) -> None:
    rule = await ruled.rule(event("opened"), REPLY, {"do": "note", "text": "自动回复"}, name="internal name")
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


async def test_thanks_are_another_thing_than_a_reply(ruled: Any) -> None:
    await ruled.rule(event("customer_replied"), VIP)
    await ruled.rule(event("customer_thanked"), {"do": "tag", "add": ["thanks"]})
    ticket = await ruled.open()
    await ruled.do(ticket, "replies", status=201, text="谢谢", author="customer")
    await ruled.hear()
    assert (await ruled.look(ticket))["tags"] == ["thanks"]


async def test_only_what_changed_as_it_was_asked_for_wakes_a_rule(ruled: Any) -> None:
    changed = [{"field": "priority", "was": "normal", "becomes": "high"}, {"field": "tags", "becomes": "late"}]
    await ruled.rule(event("updated", "tagged", changed=changed), {"do": "note", "text": "seen"})
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
    await ruled.rule(event("opened"), *actions)
    ticket = await ruled.open()
    await ruled.hear()
    now = await ruled.look(ticket)
    assert (now["status"], now["agent_name"]) == ("resolved", "小李")
    assert {step["rule"]["depth"] for step in (await ruled.trail(ticket))[1:]} == {1}
    versions = [step["version"] for step in await ruled.trail(ticket)]
    assert versions == list(range(1, now["version"] + 1))


async def all_rules(ruled: Any) -> list[Any]:
    items: list[Any] = (await ruled.get("/v1/rules"))["items"]
    return items


async def test_the_version_that_is_active_when_a_rule_is_asked_acts(ruled: Any) -> None:
    rule = await ruled.rule(event("opened"), VIP)
    ticket = await ruled.open()
    await ruled.change(rule, actions=[{"do": "tag", "add": ["newer"]}])
    await ruled.hear()
    assert (await ruled.look(ticket))["tags"] == ["newer"]
    assert (await ruled.runs())[0]["rule_version"] == 2


async def test_rule_hears_of_nothing_from_before_it_was_activated_nor_while_it_is_not(ruled: Any) -> None:
    early = await ruled.open(text="before")
    ruled.stage.clock.forward(timedelta(seconds=1))
    rule = await ruled.rule(event("opened"), VIP)
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
    broken = await ruled.rule(event("opened"), VIP, conditions=term("fields.order_no", "is_empty"))
    lame = await ruled.rule(event("opened"), {"do": "update", "team_id": team["id"]})
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


async def test_without_a_rule_for_it_an_event_costs_one_look_at_the_editions(ruled: Any) -> None:
    await ruled.rule(event("resolved"), VIP)
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
