from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
import sqlalchemy as sa

from common.db import Database
from common.ids import new_id
from common.testing.stage import SECRET, Stage
from feedback_svc.made_of import SERVICE
from feedback_svc.surveys.link import Link, Links

Surveyed = Callable[..., Awaitable[Any]]
BROWSER = {"accept": "text/html", "accept-language": "en"}
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest_asyncio.fixture(loop_scope="session")
async def survey_page(
    stage: Stage, a_surveyed_ticket: Surveyed
) -> AsyncIterator[Callable[..., Awaitable[httpx.Response]]]:
    """Sends the bytes of a form to a survey that was just sent."""
    path = await (await a_surveyed_ticket()).link()
    async with stage.stranger() as client:

        async def send(body: bytes, **headers: str) -> httpx.Response:
            return await client.post(path, content=body, headers={**FORM, **headers})

        yield send


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("body", "comment"),
    [
        (b"score=4", None),
        (b"score=4&comment=", None),
        (b"comment=%E5%A5%BD&score=4", "好"),
        (b"score=1&score=4", None),
        (b"score=4&comment=a%0D%0Ab", "a\nb"),
        (b"score=4&comment=%FF", "\ufffd"),
    ],
)
async def test_forms_are_read_as_browsers_write_them(survey_page: Any, body: bytes, comment: str | None) -> None:
    answered = await survey_page(body)
    assert (answered.status_code, answered.json()["score"], answered.json()["comment"]) == (200, 4, comment)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "body", [b"", b"score=", b"score=6", b"score=%2B4", b"score=04", b"score=4&stars=4", b"\xff\xfe"]
)
async def test_forms_that_say_nothing_sensible_are_refused(stage: Stage, survey_page: Any, body: bytes) -> None:
    refused = await survey_page(body)
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
    assert await stage.said("survey.answered") == []


@pytest.mark.asyncio
@pytest.mark.parametrize("accept", ["*/*", "application/json", ""])
async def test_programs_get_json(survey_page: Any, accept: str) -> None:
    assert (await survey_page(b"score=4", accept=accept)).headers["content-type"] == "application/json"


@pytest.mark.asyncio
async def test_a_long_comment_is_kept_whole_and_a_longer_one_is_refused(stage: Stage, survey_page: Any) -> None:
    assert (await survey_page(b"score=4&comment=" + b"x" * 2001)).status_code == 422
    assert (await survey_page(b"score=4&comment=" + b"x" * 2000)).status_code == 200
    assert [len(row.comment) for row in await stage.rows("survey")] == [2000]


@pytest.mark.asyncio
async def test_a_good_link_to_a_survey_that_is_gone_opens_nothing(stage: Stage) -> None:
    now = stage.clock.now()
    link = Link(new_id(), new_id(), now.replace(microsecond=0) + timedelta(days=1))
    path = httpx.URL(Links(SECRET, "http://x").url(link)).path
    async with stage.stranger() as client:
        page = await client.get(path, headers=BROWSER)
        problem = await client.post(path, json={"score": 4})
    assert (page.status_code, "not valid" in page.text, problem.status_code) == (404, True, 404)


@pytest.mark.asyncio
async def test_while_the_database_is_away_the_page_asks_for_patience(stage: Stage, a_surveyed_ticket: Surveyed) -> None:
    path = await (await a_surveyed_ticket()).link()
    database = Database("postgresql://nobody@127.0.0.1:1/nothing")
    app = SERVICE.build(replace(stage.app.state.platform, database=database))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://service") as client:
        page = await client.post(path, data={"score": "4"}, headers=BROWSER)
        problem = await client.post(path, json={"score": 4})
    await database.close()
    assert (page.status_code, "try again later" in page.text) == (503, True)
    assert (problem.status_code, problem.headers["retry-after"]) == (503, "2")


@pytest.mark.asyncio
async def test_an_answer_whose_recovery_cannot_be_opened_is_not_recorded(
    stage: Stage, a_surveyed_ticket: Surveyed
) -> None:
    ticket = await a_surveyed_ticket()
    async with stage.database.transaction() as db:
        await db.execute(sa.text("ALTER TABLE recovery RENAME TO mislaid"))
    assert (await ticket.answer(1)).status_code == 500
    assert [row.state for row in await stage.rows("survey")] == ["sent"]
    assert await stage.said("survey.answered") == []
    async with stage.database.transaction() as db:
        await db.execute(sa.text("ALTER TABLE mislaid RENAME TO recovery"))
    assert (await ticket.answer(1)).status_code == 200
    assert len(await stage.said("survey.answered", "recovery.opened")) == 2
