import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from common.contracts.feedback import SurveyAnswered
from common.testing.stage import Stage

Surveyed = Callable[..., Awaitable[Any]]


@pytest.mark.asyncio
async def test_an_answer_is_recorded_and_said(stage: Stage, a_surveyed_ticket: Surveyed) -> None:
    ticket = await a_surveyed_ticket()
    response = await ticket.answer(5, "很快，谢谢")
    assert response.status_code == 200
    assert (response.json()["score"], response.json()["comment"]) == (5, "很快，谢谢")
    (row,) = await stage.rows("survey")
    assert (row.state, row.score, row.comment, row.answered_at) == ("answered", 5, "很快，谢谢", stage.clock.now())
    (said,) = await stage.said("survey.answered")
    assert isinstance(said.data, SurveyAnswered)
    assert (said.about, said.version, said.data.score, said.data.agent_id) == (row.id, 2, 5, ticket.agent_id)


@pytest.mark.asyncio
async def test_the_latest_answer_within_24_hours_counts(stage: Stage, a_surveyed_ticket: Surveyed) -> None:
    ticket = await a_surveyed_ticket()
    await ticket.answer(3)
    await stage.pass_time(timedelta(hours=23, minutes=59))
    assert (await ticket.answer(4)).status_code == 200
    (row,) = await stage.rows("survey")
    assert (row.score, row.changed_at - row.answered_at) == (4, timedelta(hours=23, minutes=59))
    assert [(said.version, said.data.score) for said in await stage.said("survey.answered")] == [(2, 3), (3, 4)]  # type: ignore[attr-defined]  # survey.answered has one


@pytest.mark.asyncio
async def test_after_24_hours_the_answer_stands(stage: Stage, a_surveyed_ticket: Surveyed) -> None:
    ticket = await a_surveyed_ticket()
    await ticket.answer(3)
    await stage.pass_time(timedelta(hours=24))
    refused = await ticket.answer(5)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:kefu:problem:answer-stands")
    assert [row.score for row in await stage.rows("survey")] == [3]


@pytest.mark.asyncio
async def test_the_same_answer_again_is_answered_and_not_said(stage: Stage, a_surveyed_ticket: Surveyed) -> None:
    ticket = await a_surveyed_ticket()
    first, second = await ticket.answer(4, "ok"), await ticket.answer(4, "ok")
    assert first.json() == second.json()
    assert len(await stage.said("survey.answered")) == 1


@pytest.mark.asyncio
async def test_many_answers_at_once_leave_one_that_was_said_last(stage: Stage, a_surveyed_ticket: Surveyed) -> None:
    ticket = await a_surveyed_ticket()
    responses = await asyncio.gather(*(ticket.answer(1 + number % 5) for number in range(16)))
    assert {response.status_code for response in responses} == {200}
    said = await stage.said("survey.answered")
    (row,) = await stage.rows("survey")
    assert [one.version for one in said] == list(range(2, 2 + len(said)))
    assert said[-1].data.score == row.score  # type: ignore[attr-defined]  # survey.answered has one
    assert len(await stage.rows("recovery")) == 1


@pytest.mark.asyncio
async def test_an_expired_link_is_gone(stage: Stage, a_surveyed_ticket: Surveyed) -> None:
    ticket = await a_surveyed_ticket()
    await stage.pass_time(timedelta(days=14))
    refused = await ticket.answer(5)
    assert (refused.status_code, refused.json()["type"]) == (410, "urn:kefu:problem:link-expired")
    assert await stage.said("survey.answered") == []


@pytest.mark.asyncio
async def test_a_forged_link_opens_nothing(stage: Stage, a_surveyed_ticket: Surveyed) -> None:
    path = await (await a_surveyed_ticket()).link()
    async with stage.stranger() as client:
        for forged in (path[:-2] + "xx", "/s/x", "/s/" + "A" * 98, "/s/%E4%BD%A0"):
            refused = await client.post(forged, json={"score": 5})
            assert (refused.status_code, refused.json()["title"]) == (404, "Not found")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"score": 0}, "/score"),
        ({"score": 6}, "/score"),
        ({"score": "5"}, "/score"),
        ({"score": 4.5}, "/score"),
        ({}, "/score"),
        ({"score": 5, "stars": 5}, "/stars"),
        ({"score": 5, "comment": "x" * 2001}, "/comment"),
        ({"score": 5, "comment": "a\x00b"}, "/comment"),
        ([5], ""),
    ],
)
async def test_a_bad_answer_is_refused_by_name(
    stage: Stage, a_surveyed_ticket: Surveyed, body: Any, pointer: str
) -> None:
    path = await (await a_surveyed_ticket()).link()
    async with stage.stranger() as client:
        refused = await client.post(path, json=body)
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert pointer in [error["pointer"] for error in refused.json()["errors"]]


@pytest.mark.asyncio
async def test_a_body_that_is_no_json_and_no_form_is_refused(stage: Stage, a_surveyed_ticket: Surveyed) -> None:
    path = await (await a_surveyed_ticket()).link()
    async with stage.stranger() as client:
        broken = await client.post(path, content=b"{", headers={"content-type": "application/json"})
        foreign = await client.post(path, content=b"5", headers={"content-type": "text/plain"})
    assert (broken.status_code, foreign.status_code) == (400, 415)
