"""Using macros."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from common.contracts.routing import AgentJoined
from common.ids import new_id
from common.testing.stage import Stage, a_caller

BOTH = {"zh": {"text": "您好，{{agent.name}}"}, "en": {"text": "Hello, {{agent.name}}"}}


@pytest.mark.asyncio
async def test_a_macro_says_and_does_all_of_it_and_its_id_stands_on_every_step(
    stage: Stage, office: Any, macros: Any
) -> None:
    await office.field("order_no", "text")
    await office.form("request", order_no={})
    agent_id = new_id()
    await stage.hear(AgentJoined(agent_id=agent_id, name="小李", skills={}, capacity=5), about=agent_id)
    ticket = await office.open(fields={"order_no": "A<7>"})
    message = {"zh": {"html": "<p>{{customer.name}}您好，订单{{field.order_no}}已退款。{{agent.name}}</p>"}}
    actions = [
        {"do": "note", "text": "{{ticket.number}}：{{field.order_no}}"},
        {"do": "assign", "agent_id": str(agent_id)},
        {"do": "update", "priority": "high", "topic": "refund"},
        {"do": "tag", "add": ["退款"]},
        {"do": "resolve"},
    ]
    made = await macros.keep(message=message, actions=actions)
    shown = await macros.preview(ticket, made)
    assert shown["message"]["text"] == "韩梅梅您好，订单A<7>已退款。小王"
    assert shown["message"]["html"] == "<p>韩梅梅您好，订单A&lt;7&gt;已退款。小王</p>"
    assert shown["actions"][0] == {"do": "note", "text": f"{ticket['number']}：A<7>"}
    assert (await office.look(ticket))["version"] == ticket["version"], "a preview writes nothing"
    used = await macros.apply(ticket, made)
    now = await office.look(ticket)
    assert (now["status"], now["agent_name"], now["priority"], now["tags"]) == ("resolved", "小李", "high", ["退款"])
    assert (used["version"], used["language"], used["actions"]) == (now["version"], "zh", 5)
    reply, note = (await macros.said(ticket))[1:]
    assert (reply["id"], reply["html"], reply["author_name"]) == (used["message_id"], shown["message"]["html"], "小王")
    assert (note["text"], note["is_public"]) == (f"{ticket['number']}：A<7>", False)
    trail = await office.trail(ticket)
    assert [step["macro_id"] for step in trail] == [None, *[made["id"]] * (len(trail) - 1)]
    assert [step["version"] for step in trail] == list(range(1, now["version"] + 1))
    assert {row.kind for row in await stage.rows("timer")} == {"ticket.auto_close", "ticket.close_notice"}
    await office.do(ticket, "reopen")
    assert (await office.trail(ticket))[-1]["macro_id"] is None


@pytest.mark.asyncio
async def test_what_one_action_refuses_undoes_all_and_is_named(stage: Stage, office: Any, macros: Any) -> None:
    ticket = await office.open()
    made = await macros.keep(
        message={"zh": {"text": "您好"}}, actions=[{"do": "tag", "add": ["x"]}, {"do": "resume"}, {"do": "resolve"}]
    )
    key = {"Idempotency-Key": "once"}
    problem = await macros.apply(ticket, made, status=409, headers=key)
    assert problem["type"] == "urn:kefu:problem:action-refused"
    assert problem["refused"] == {"pointer": "/actions/1", "do": "resume"}
    assert (problem["problem"]["type"], problem["problem"]["status"]) == (
        "urn:kefu:problem:transition-refused",
        409,
    )
    assert await office.look(ticket) == ticket
    assert len(await macros.said(ticket)) == 1
    assert {event.type for event in await stage.said()} == {"customer.created", "ticket.opened"}
    assert (await macros.client.get(f"/v1/macros/{made['id']}")).json()["uses"] == 0
    # The key was used for nothing: once the ticket allows it, the same request is served.
    await office.do(ticket, "pend")
    await macros.apply(ticket, made, headers=key)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("action", "pointer", "inner"),
    [
        ({"do": "update", "fields": {"gone": "x"}}, ["/actions/0/fields/gone"], 422),
        ({"do": "update", "team_id": str(new_id())}, ["/actions/0/team_id"], 422),
        ({"do": "assign", "agent_id": str(new_id())}, None, None),
    ],
)
async def test_what_an_action_names_and_is_not_there_is_a_conflict_and_no_bad_request(
    office: Any, macros: Any, action: dict[str, Any], pointer: list[str] | None, inner: int | None
) -> None:
    problem = await macros.apply(await office.open(), await macros.keep(actions=[action]), status=409)
    assert problem["refused"] == {"pointer": "/actions/0", "do": action["do"]}
    assert pointer is None or [error["pointer"] for error in problem["errors"]] == pointer
    assert inner is None or problem["problem"]["status"] == inner


@pytest.mark.asyncio
async def test_a_reply_that_is_refused_is_named_too(office: Any, macros: Any) -> None:
    ticket = await office.open()
    await office.do(ticket, "resolve")
    await office.do(ticket, "close")
    made = await macros.keep()
    problem = await macros.apply(ticket, made, status=409)
    assert problem["refused"] == {"pointer": "/message", "do": "reply"}
    noted = await macros.keep(message={"kind": "note", "zh": {"text": "已核对"}})
    await macros.apply(ticket, noted)


@pytest.mark.asyncio
async def test_the_tickets_language_chooses_and_whoever_asks_is_given_no_other(office: Any, macros: Any) -> None:
    english, chinese = await office.open(text="Where is my order?", subject="x"), await office.open()
    both, only = await macros.keep(message=BOTH), await macros.keep(message={"zh": BOTH["zh"]})
    assert (await macros.preview(english, both))["message"]["text"] == "Hello, 小王"
    assert (await macros.preview(chinese, both))["message"]["text"] == "您好，小王"
    assert (await macros.preview(chinese, both, language="en"))["message"]["language"] == "en"
    assert (await macros.preview(english, only))["message"]["language"] == "zh"
    refused = await macros.apply(english, only, status=409, language="en")
    assert refused["type"] == "urn:kefu:problem:not-in-this-language"


@pytest.mark.asyncio
async def test_nobody_is_sent_a_text_with_holes_but_an_agent_may_edit_it(office: Any, macros: Any) -> None:
    await office.field("order_no", "text")
    ticket = await office.open()
    actions = [{"do": "note", "text": "{{field.order_no}}"}]
    made = await macros.keep(message={"zh": {"text": "订单{{field.order_no}}"}}, actions=actions)
    assert (await macros.preview(ticket, made))["message"]["missing"] == ["field.order_no"]
    refused = await macros.apply(ticket, made, status=409)
    assert (refused["type"], refused["missing"]) == ("urn:kefu:problem:values-missing", ["field.order_no"])
    await macros.apply(ticket, made, text="您的订单 {{x}}")
    assert [one["text"] for one in await macros.said(ticket)][1:] == ["您的订单 {{x}}", "—"]
    await macros.apply(ticket, made, html="<p>改过 <script>x</script></p>")
    assert (await macros.said(ticket))[3]["html"] == "<p>改过 </p>"
    only_acts = await macros.keep(actions=[{"do": "resolve"}])
    assert (await macros.apply(ticket, only_acts, status=409, text="x"))["type"].endswith("macro-says-nothing")


@pytest.mark.asyncio
async def test_a_choice_is_said_as_people_read_it(office: Any, macros: Any) -> None:
    await office.field("size", "choice", "big")
    await office.form("request", size={})
    ticket = await office.open(fields={"size": "big"})
    made = await macros.keep(message={"zh": {"text": "{{field.size}}"}, "en": {"text": "{{field.size}}"}})
    assert (await macros.preview(ticket, made))["message"]["text"] == "选项"
    await office.change("/v1/fields/size", {"active": False})
    assert (await macros.preview(ticket, made, language="en"))["message"]["text"] == "big"


@pytest.mark.asyncio
async def test_who_may_not_reach_a_customer_is_shown_no_address_in_their_name(
    stage: Stage, office: Any, macros: Any
) -> None:
    ticket = await office.open(customer={"phone": "13800138000"})
    blind = a_caller("integration", scopes=frozenset({"tickets:write", "tickets:read"}))
    for who, name in ((blind, "+86138****8000"), (a_caller("agent"), "+8613800138000")):
        async with stage.client(caller=who) as client:
            own = type(macros)(client)
            shown = await own.preview(ticket, await own.keep(message={"zh": {"text": "{{customer.name}}"}}))
        assert shown["message"]["text"] == name


@pytest.mark.asyncio
async def test_whoever_saw_an_older_version_is_told_and_one_key_has_one_effect(office: Any, macros: Any) -> None:
    ticket, made = await office.open(), await macros.keep(actions=[{"do": "tag", "add": ["x"]}, {"do": "resolve"}])
    changed = await office.update(ticket, subject="meanwhile")
    stale = await macros.apply(ticket, made, status=412, headers={"If-Match": '"1"'})
    assert stale["changes"][0]["type"] == "ticket.updated"
    headers = {"If-Match": f'"{changed["version"]}"', "Idempotency-Key": "once"}
    answers = await asyncio.gather(*(macros.apply(ticket, made, headers=headers) for _ in range(3)))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0]["version"] == (await office.look(ticket))["version"]
    assert (await macros.client.get(f"/v1/macros/{made['id']}")).json()["uses"] == 1


@pytest.mark.asyncio
async def test_to_a_merged_ticket_it_speaks_where_that_stands_now_and_does_not_act(office: Any, macros: Any) -> None:
    survivor, merged = await office.open(), await office.open()
    await office.do(merged, "merge", into=survivor["id"])
    says, acts = await macros.keep(), await macros.keep(actions=[{"do": "resolve"}])
    assert (await macros.preview(merged, says))["ticket_id"] == survivor["id"]
    assert (await macros.apply(merged, says))["ticket_id"] == survivor["id"]
    assert str(survivor["number"]) in (await macros.said(survivor))[-1]["text"]
    refused = await macros.apply(merged, acts, status=409)
    assert refused["merged_into_id"] == survivor["id"]


@pytest.mark.asyncio
async def test_inactive_and_unknown_ones_are_not_used(office: Any, macros: Any) -> None:
    ticket, made = await office.open(), await macros.keep(active=False)
    assert (await macros.apply(ticket, made, status=409))["type"].endswith("macro-not-active")
    await macros.preview({"id": str(new_id())}, made, status=404)
    await macros.apply({"id": str(new_id())}, await macros.keep(), status=404)
    await macros.apply(ticket, {"id": str(new_id())}, status=404)


@pytest.mark.asyncio
async def test_a_value_that_makes_the_text_too_long_is_refused_and_does_not_fail(office: Any, macros: Any) -> None:
    ticket = await office.open(subject="长" * 300)
    made = await macros.keep(message={"zh": {"text": "{{ticket.subject}}" * 200}})
    assert (await macros.apply(ticket, made, status=409))["type"].endswith("too-long-filled-in")


@pytest.mark.asyncio
async def test_uses_are_counted_for_thirty_days_however_many_come_at_once(
    stage: Stage, office: Any, macros: Any
) -> None:
    made = await macros.keep(actions=[{"do": "tag", "add": ["x"]}])
    tickets = [await office.open(text=f"question {number}") for number in range(6)]
    await asyncio.gather(*(macros.apply(ticket, made) for ticket in tickets))
    first = stage.clock.now()
    found = (await macros.client.get(f"/v1/macros/{made['id']}")).json()
    assert (found["uses"], found["last_used_at"]) == (6, first.isoformat().replace("+00:00", "Z"))
    stage.clock.forward(timedelta(days=30))
    await macros.apply(tickets[0], made)
    found = (await macros.client.get("/v1/macros")).json()["items"][0]
    assert (found["uses"], found["last_used_at"]) == (1, stage.clock.now().isoformat().replace("+00:00", "Z"))


@pytest.mark.asyncio
async def test_a_redaction_finds_nothing_of_it_in_the_kept_answer(stage: Stage, office: Any, macros: Any) -> None:
    ticket, made = await office.open(), await macros.keep()
    used = await macros.apply(ticket, made, text="卡号 6222 0000", headers={"Idempotency-Key": "once"})
    kept = [row.body.decode() for row in await stage.rows("idempotency")]
    assert any(used["message_id"] in body for body in kept)
    assert not any("6222" in body for body in kept)
