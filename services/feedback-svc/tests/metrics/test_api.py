from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from common.testing.stage import Stage

Surveyed = Callable[..., Awaitable[Any]]


@pytest.mark.asyncio
async def test_nobody_answered_is_null(stage: Stage) -> None:
    async with stage.client() as client:
        figure = (await client.get("/v1/metrics/csat")).json()
    assert figure == {
        "from": None,
        "to": None,
        "n": 0,
        "counts": {"1": 0, "2": 0, "3": 0, "4": 0, "5": 0},
        "percentage": None,
        "mean": None,
        "interval": None,
    }


@pytest.mark.asyncio
async def test_the_latest_answer_of_each_survey_counts_once(stage: Stage, a_surveyed_ticket: Surveyed) -> None:
    for scores in ((5,), (4,), (5,), (1, 4), (3,)):
        ticket = await a_surveyed_ticket()
        for score in scores:
            await ticket.answer(score)
    await a_surveyed_ticket()
    async with stage.client() as client:
        figure = (await client.get("/v1/metrics/csat")).json()
    assert (figure["n"], figure["percentage"]) == (5, 80.0)
    assert figure["counts"] == {"1": 0, "2": 0, "3": 1, "4": 2, "5": 2}
    assert (round(figure["interval"]["low"], 4), round(figure["interval"]["high"], 4)) == (37.5535, 96.3776)


@pytest.mark.asyncio
async def test_a_window_includes_its_beginning_and_not_its_end(stage: Stage, a_surveyed_ticket: Surveyed) -> None:
    answered = []
    for score in (1, 4, 5):
        ticket = await a_surveyed_ticket()
        await ticket.answer(score)
        answered.append(stage.clock.now())
        await stage.pass_time(timedelta(hours=1))
    async with stage.client() as client:
        window = {"from": answered[1].isoformat(), "to": answered[2].isoformat()}
        figure = (await client.get("/v1/metrics/csat", params=window)).json()
        one_agent = {"agent_id": str(ticket.agent_id)}
        of_agent = (await client.get("/v1/metrics/csat", params=one_agent)).json()
    assert (figure["n"], figure["counts"]["4"]) == (1, 1)
    assert (of_agent["n"], of_agent["counts"]["5"]) == (1, 1)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "window",
    [
        {"from": "2026-03-16T00:00:00Z", "to": "2026-03-16T00:00:00Z"},
        {"from": "2026-03-16T00:00:00"},
        {"to": "0001-01-01T00:00:00+23:59"},
        {"from": "yesterday"},
        {"from": "1999-12-31T23:59:59Z"},
        {"to": "2200-01-01T00:00:01Z"},
    ],
)
async def test_a_window_that_is_none_is_refused(stage: Stage, window: dict[str, str]) -> None:
    async with stage.client() as client:
        refused = await client.get("/v1/metrics/csat", params=window)
    assert (refused.status_code, refused.json()["errors"] != []) == (422, True)
