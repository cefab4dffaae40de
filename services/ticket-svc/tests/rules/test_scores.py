"""Rules that hear of a customer's score, of words in a subject, and that bring a ticket to a custom status."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from common.contracts.feedback import SurveyAnswered
from common.ids import new_id
from common.testing.stage import MORNING

from .conftest import event, term

pytestmark = pytest.mark.asyncio

CALL = {"do": "tag", "add": ["call_back"]}


async def scored(ruled: Any, ticket: dict[str, Any], score: int) -> None:
    """The customer answers."""
    said = SurveyAnswered(
        survey_id=new_id(),
        ticket_id=UUID(ticket["id"]),
        customer_id=UUID(ticket["customer"]["id"]),
        agent_id=None,
        score=score,
        comment=None,
        answered_at=MORNING,
    )
    await ruled.stage.hear(said, about=said.survey_id, times=2)


async def test_low_score_is_heard_and_another_is_not(ruled: Any) -> None:
    rule = await ruled.rule(event("survey_answered", score_at_most=2), CALL)
    low, high, gone = [await ruled.open() for _ in range(3)]
    await ruled.do(gone, "merge", into=high["id"])
    await ruled.hear()
    await scored(ruled, high, 5)
    await scored(ruled, gone, 1)
    await scored(ruled, low, 2)
    assert [(await ruled.look(one))["tags"] for one in (low, high)] == [["call_back"], []]
    runs = (await ruled.get("/v1/rule-runs", rule_id=rule["id"]))["items"]
    assert [(one["ticket_id"], one["happened"], one["outcome"]) for one in runs] == [
        (low["id"], "survey_answered", "done")
    ]


@pytest.mark.parametrize(
    ("trigger", "pointer"),
    [
        (event("opened", score_at_most=2), "/trigger/score_at_most"),
        (event("opened", "survey_answered", score_at_least=2), "/trigger/score_at_least"),
        (event("survey_answered", score_at_least=4, score_at_most=2), "/trigger/score_at_most"),
    ],
)
async def test_score_that_cannot_be_is_refused(ruled: Any, trigger: Any, pointer: str) -> None:
    refused = await ruled.rule(trigger, CALL, status=422)
    assert [one["pointer"] for one in refused["errors"]] == [pointer]


async def test_words_in_a_subject_are_found_in_either_language_and_case(ruled: Any) -> None:
    words = term("subject", "contains_any", ["退款", "REFUND"])
    await ruled.rule(event("opened"), CALL, conditions=words)
    subjects = ("要求退款！", "Refund, please", "发票")
    tickets = [await ruled.open(subject=one) for one in subjects]
    await ruled.hear()
    assert [(await ruled.look(one))["tags"] for one in tickets] == [["call_back"], ["call_back"], []]


async def test_rule_brings_a_ticket_to_a_custom_status_until_that_is_retired(ruled: Any) -> None:
    wanted = {"category": "on_hold", "name_zh": "等仓库", "name_en": "At the warehouse"}
    status = await ruled.answer(ruled.boss, "POST", "/v1/statuses", wanted, 201)
    actions = [{"do": "hold"}, {"do": "update", "custom_status_id": status["id"]}]
    rule = await ruled.rule(event("tagged"), *actions)
    ticket = await ruled.open()
    await ruled.do(ticket, "tags", add=["warehouse"])
    await ruled.hear()
    after = await ruled.look(ticket)
    assert (after["status"], after["custom_status"]["id"]) == ("on_hold", status["id"])
    assert (await ruled.get(f"/v1/rules/{rule['id']}"))["problems"] == []
    await ruled.answer(ruled.boss, "PATCH", f"/v1/statuses/{status['id']}", {"active": False}, 200, {"If-Match": '"1"'})
    [listed] = (await ruled.get("/v1/rules"))["items"]
    assert [one["pointer"] for one in listed["problems"]] == ["/actions/1/custom_status_id"]
    refused = await ruled.rule(event("tagged"), *actions, status=422)
    assert refused["errors"][0]["code"] == "no_such_status"


async def test_macro_that_names_what_is_gone_says_so_when_it_is_read(ruled: Any) -> None:
    team = await ruled.answer(ruled.boss, "POST", "/v1/teams", {"name": "售后"}, 201)
    said = {"kind": "note", "zh": {"text": "{{ticket.number}}"}}
    actions = [{"do": "update", "team_id": team["id"]}, {"do": "tag", "add": ["x"]}]
    body = {"name": "转售后", "message": said, "actions": actions}
    macro = await ruled.answer(ruled.agent, "POST", "/v1/macros", body, 201)
    assert (await ruled.get(f"/v1/macros/{macro['id']}"))["problems"] == []
    await ruled.answer(ruled.boss, "PATCH", f"/v1/teams/{team['id']}", {"active": False}, 200, {"If-Match": '"1"'})
    [listed] = (await ruled.get("/v1/macros"))["items"]
    one = await ruled.get(f"/v1/macros/{macro['id']}")
    assert [found["problems"][0]["pointer"] for found in (listed, one)] == ["/actions/0/team_id"] * 2
