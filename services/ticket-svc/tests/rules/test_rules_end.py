"""Any rules, on a real database and over any events, come to an end, and each acts once in what follows from one."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.asyncio

HAPPENINGS = ["opened", "tagged", "updated", "noted", "pended", "resumed", "resolved", "reopened"]
TAGS = st.sampled_from(["a", "b"])
ACTIONS = st.one_of(
    st.builds(lambda tag: {"do": "tag", "add": [tag]}, TAGS),
    st.builds(lambda tag: {"do": "tag", "remove": [tag]}, TAGS),
    st.builds(lambda to: {"do": "update", "priority": to}, st.sampled_from(["low", "high"])),
    st.sampled_from([{"do": verb} for verb in ("pend", "resume", "resolve", "reopen")]),
    st.just({"do": "note", "text": "x"}),
)
TRIGGERS = st.one_of(
    st.builds(
        lambda on: {"kind": "event", "on": sorted(on)}, st.sets(st.sampled_from(HAPPENINGS), min_size=2, max_size=8)
    ),
    st.builds(
        lambda status: {"kind": "time", "since": "entered_status", "status": status, "minutes": 5},
        st.sampled_from(["open", "pending", "resolved"]),
    ),
)
RULES = st.lists(st.tuples(TRIGGERS, st.lists(ACTIONS, min_size=1, max_size=2)), min_size=2, max_size=4)


@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(RULES, st.sampled_from(["pend", "resolve", "notes"]))
async def test_any_rules_end_and_act_once_in_a_chain(ruled: Any, rules: list[Any], verb: str) -> None:
    for one in (await ruled.get("/v1/rules"))["items"]:
        assert (await ruled.boss.delete(f"/v1/rules/{one['id']}")).status_code == 204
    for trigger, actions in rules:
        await ruled.rule(trigger, *actions)
    ticket = await ruled.open()
    await ruled.hear()
    answer = await ruled.agent.post(
        f"/v1/tickets/{ticket['id']}/{verb}", json={"text": "x"} if verb == "notes" else None
    )
    assert answer.status_code in (200, 201, 409)
    await ruled.hear()
    for _ in range(len(rules) + 1):
        await ruled.forward(minutes=6)
    turns = Counter(
        (one["chain_id"], one["rule_id"]) for one in await ruled.runs(ticket_id=ticket["id"], outcome="done")
    )
    assert not turns or max(turns.values()) == 1
    steps = await ruled.trail(ticket)
    assert [one["version"] for one in steps] == list(range(1, len(steps) + 1))
    assert [row for row in await ruled.stage.rows("timer") if row.kind == "rule.time"] == []
