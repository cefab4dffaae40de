"""Writing rules: what is refused, versions, order, trying them, and who may."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from common.ids import new_id

from .conftest import term

pytestmark = pytest.mark.asyncio

ON = {"kind": "event", "on": ["opened"]}
VIP = {"do": "tag", "add": ["VIP"]}


async def test_each_change_is_a_version_with_who_and_when_and_nothing_new_is_none(ruled: Any) -> None:
    made = await ruled.rule(ON, VIP, conditions=term("topic", "is", "returns"), name="first")
    assert (made["version"], made["active"], made["position"], made["problems"]) == (1, True, 1, [])
    assert made["actions"] == [{"do": "tag", "add": ["vip"]}]
    assert await ruled.change(made, name="first") == made
    await ruled.change(made, conditions=None, stop=True)
    away = await ruled.change(made, active=False)
    assert (away["version"], away["active_since"], away["updated_by"]) == (3, None, "老王")
    found = (await ruled.get(f"/v1/rules/{made['id']}/versions"))["items"]
    assert [(one["version"], one["what"], one["active"]) for one in found] == [
        (3, "deactivated", False),
        (2, "changed", True),
        (1, "created", True),
    ]
    assert (found[1]["conditions"], found[1]["stop"], found[2]["stop"]) == (None, True, False)
    assert {one["by"]["name"] for one in found} == {"老王"}
    assert await ruled.get(f"/v1/rules/{made['id']}/versions/1") == found[2]
    page = await ruled.get(f"/v1/rules/{made['id']}/versions", limit=2)
    rest = await ruled.get(f"/v1/rules/{made['id']}/versions", limit=2, cursor=page["next_cursor"])
    assert [*page["items"], *rest["items"]] == found


async def test_whoever_saw_another_version_changes_nothing(ruled: Any) -> None:
    rule = await ruled.rule(ON, VIP)
    path = f"/v1/rules/{rule['id']}"
    wanted = [ruled.boss.patch(path, json={"name": f"n{n}"}, headers={"If-Match": '"1"'}) for n in range(3)]
    assert sorted(answer.status_code for answer in await asyncio.gather(*wanted)) == [200, 412, 412]
    assert (await ruled.boss.patch(path, json={"name": "x"})).status_code == 428
    assert (await ruled.boss.delete(path, headers={"If-Match": '"1"'})).status_code == 412
    assert (await ruled.boss.delete(path)).status_code == 204
    assert (await ruled.boss.get(path)).status_code == 404
    assert [one["what"] for one in (await ruled.get(f"{path}/versions"))["items"]] == ["removed", "changed", "created"]


async def test_order_says_who_is_asked_first_and_the_others_stay_behind(ruled: Any) -> None:
    first, second, third = [await ruled.rule(ON, VIP, name=f"r{n}") for n in range(3)]
    answer = await ruled.boss.put("/v1/rules/order", json={"ids": [third["id"]]})
    assert [one["name"] for one in answer.json()["items"]] == ["r2", "r0", "r1"]
    answer = await ruled.boss.put("/v1/rules/order", json={"ids": [third["id"], second["id"], first["id"]]})
    assert [(one["name"], one["position"], one["version"]) for one in answer.json()["items"]] == [
        ("r2", 1, 2),
        ("r1", 2, 3),
        ("r0", 3, 3),
    ]
    refused = await ruled.boss.put("/v1/rules/order", json={"ids": [str(new_id()), first["id"], first["id"]]})
    assert [(one["pointer"], one["code"]) for one in refused.json()["errors"]] == [
        ("/ids/0", "no_such_rule"),
        ("/ids/2", "twice"),
    ]


REPLY = {"do": "reply", "text": {"zh": "您好 {{name}}", "en": "Hello"}}


WRONG: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    (
        {"actions": [{"do": "assign", "agent_id": str(new_id())}, {"do": "update", "team_id": str(new_id())}]},
        [("/actions/0/agent_id", "no_such_agent"), ("/actions/1/team_id", "no_such_team")],
    ),
    (
        {"actions": [{"do": "update", "type": "gone", "fields": {"nothing": 1}}, REPLY]},
        [
            ("/actions/0/type", "unknown_type"),
            ("/actions/0/fields/nothing", "unknown_field"),
            ("/actions/1/text/zh", "unknown_place"),
        ],
    ),
    (
        {"conditions": {"all": [{"any": [{"field": "agent_id", "operator": "is", "value": "me"}]}]}},
        [("/conditions/all/0/any/0/value", "wrong_value")],
    ),
    ({"conditions": term("fields.gone", "is_empty")}, [("/conditions/all/0/field", "unknown_field")]),
    (
        {
            "trigger": {"kind": "event", "on": ["assistant_replied"]},
            "actions": [{**REPLY, "text": {"zh": "a", "en": "b"}}],
        },
        [("/actions/0", "answers_a_program")],
    ),
    ({"trigger": {"kind": "time", "since": "entered_status", "minutes": 1}}, [("/trigger/status", "status_or_not")]),
    (
        {"trigger": {"kind": "time", "since": "opened", "minutes": 1, "before": True}},
        [("/trigger/before", "not_before")],
    ),
    ({"trigger": {"kind": "event", "on": ["exploded"]}}, [("/trigger/on/0", "literal_error")]),
    ({"actions": []}, [("/actions", "too_short")]),
    ({"actions": [{"do": "explode"}]}, [("/actions/0", "union_tag_invalid")]),
    ({"what": 1}, [("/what", "extra_forbidden")]),
]


async def test_what_is_wrong_with_a_rule_is_named_with_its_place(ruled: Any) -> None:
    for wanted, errors in WRONG:
        answer = await ruled.boss.post("/v1/rules", json={"name": "r", "trigger": ON, "actions": [VIP], **wanted})
        found = [(one["pointer"], one["code"]) for one in answer.json()["errors"]]
        assert (answer.status_code, found) == (422, errors), wanted


async def test_dry_run_says_from_what_to_what_and_the_rule_then_does_just_that(ruled: Any) -> None:
    states = {
        "new": [],
        "pending": ["pend"],
        "on_hold": ["hold"],
        "resolved": ["resolve"],
        "closed": ["resolve", "close"],
    }
    tickets = {}
    for status, verbs in states.items():
        tickets[status] = await ruled.open(text=f"question {status}", topic="returns", tags=["old"])
        for verb in verbs:
            await ruled.do(tickets[status], verb)
    await ruled.open(text="another", topic="else")
    actions = [
        {"do": "update", "priority": "high", "topic": None},
        {"do": "tag", "add": ["new"], "remove": ["old"]},
        {"do": "resolve"},
        {"do": "note", "text": "done"},
    ]
    wanted = {"name": "r", "trigger": {"kind": "event", "on": ["noted"]}, "actions": actions}
    wanted["conditions"] = term("topic", "is", "returns")
    before = await ruled.stage.said()
    answer = await ruled.boss.post("/v1/rules/dry-run", json={"rule": wanted})
    tried = answer.json()
    assert await ruled.stage.said() == before
    assert (tried["looked_at"], tried["matched"], tried["would_change"], tried["refused"]) == (6, 5, 3, 2)
    found = {one["ticket_id"]: one for one in tried["items"]}
    pending = found[tickets["pending"]["id"]]
    assert {one["field"]: (one["was"], one["becomes"]) for one in pending["changes"]} == {
        "priority": ("normal", "high"),
        "topic": ("returns", None),
        "tags": (["old"], ["new"]),
        "status": ("pending", "resolved"),
    }
    assert pending["writes"] == ["note"]
    assert found[tickets["resolved"]["id"]]["refused"]["pointer"] == "/actions/2"
    assert found[tickets["closed"]["id"]]["refused"]["pointer"] == "/actions/0"
    rule = await ruled.answer(ruled.boss, "POST", "/v1/rules", wanted, 201)
    for ticket in tickets.values():
        await ruled.do(ticket, "notes", status=201, text="x")
    await ruled.hear()
    for status, ticket in tickets.items():
        now, foreseen = await ruled.look(ticket), {one["field"]: one for one in found[ticket["id"]]["changes"]}
        for name in ("priority", "topic", "tags", "status"):
            was = status if name == "status" else ticket[name]
            assert now[name] == (foreseen[name]["becomes"] if name in foreseen else was), (status, name)
    again = await ruled.boss.post("/v1/rules/dry-run", json={"rule_id": rule["id"], "version": 1, "tickets": 3})
    assert (again.json()["looked_at"], again.json()["refused"]) == (3, 2)


async def test_dry_run_of_a_rule_that_names_what_is_not_there_means_no_ticket(ruled: Any) -> None:
    await ruled.open()
    rule = {"name": "r", "trigger": ON, "actions": [{"do": "assign", "agent_id": str(new_id())}]}
    tried = (await ruled.boss.post("/v1/rules/dry-run", json={"rule": rule})).json()
    assert ([one["pointer"] for one in tried["problems"]], tried["items"]) == (["/actions/0/agent_id"], [])
    for body in ({}, {"rule": rule, "rule_id": str(new_id())}, {"rule": rule, "version": 1}):
        assert (await ruled.boss.post("/v1/rules/dry-run", json=body)).status_code == 422
    assert (await ruled.boss.post("/v1/rules/dry-run", json={"rule_id": str(new_id())})).status_code == 404


async def test_agents_read_rules_and_supervisors_write_them(ruled: Any) -> None:
    rule = await ruled.rule(ON, VIP)
    path, body = f"/v1/rules/{rule['id']}", {"name": "r", "trigger": ON, "actions": [VIP]}
    refused = [
        await ruled.agent.post("/v1/rules", json=body),
        await ruled.agent.patch(path, json={"name": "x"}, headers={"If-Match": '"1"'}),
        await ruled.agent.delete(path),
        await ruled.agent.put("/v1/rules/order", json={"ids": [rule["id"]]}),
        await ruled.agent.post("/v1/rules/dry-run", json={"rule_id": rule["id"]}),
    ]
    assert [answer.status_code for answer in refused] == [403] * 5
    assert await ruled.get(path) == rule
    key = {"Idempotency-Key": "once"}
    twice = [await ruled.boss.post("/v1/rules", json=body, headers=key) for _ in range(2)]
    assert twice[0].json() == twice[1].json()
    assert len((await ruled.get("/v1/rules"))["items"]) == 2
