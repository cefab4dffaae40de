from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from common.ids import new_id
from common.testing.stage import Stage

Surveyed = Callable[..., Awaitable[Any]]
BROWSER = {"accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "accept-language": "en-GB"}


@pytest.mark.asyncio
async def test_opening_the_link_records_nothing(stage: Stage, a_surveyed_ticket: Surveyed) -> None:
    path = await (await a_surveyed_ticket(subject="<b>退款</b>")).link()
    before = await stage.rows("survey")
    async with stage.stranger() as client:
        for _ in range(3):
            page = await client.get(path, headers=BROWSER)
        head = await client.head(path)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert page.headers["cache-control"] == "no-store"
    # In the ticket's language, whatever the browser prefers.
    assert 'lang="zh-CN"' in page.text
    assert "#42：&lt;b&gt;退款&lt;/b&gt;" in page.text
    assert head.status_code == 405
    assert await stage.rows("survey") == before


@pytest.mark.asyncio
async def test_a_browser_answers_by_form_and_reads_thanks(stage: Stage, a_surveyed_ticket: Surveyed) -> None:
    path = await (await a_surveyed_ticket(language="en")).link()
    async with stage.stranger() as client:
        form = {"score": "2", "comment": "slow\r\n& rude <you>"}
        thanks = await client.post(path, data=form, headers=BROWSER)
        again = await client.get(path, headers=BROWSER)
    assert thanks.status_code == 200
    assert "2 of 5 (Dissatisfied)" in thanks.text
    (row,) = await stage.rows("survey")
    assert (row.score, row.comment) == (2, "slow\n& rude <you>")
    assert 'value="2" required checked' in again.text
    assert "slow\n&amp; rude &lt;you&gt;</textarea>" in again.text


@pytest.mark.asyncio
async def test_an_empty_comment_field_says_nothing(stage: Stage, a_surveyed_ticket: Surveyed) -> None:
    path = await (await a_surveyed_ticket()).link()
    async with stage.stranger() as client:
        answered = await client.post(path, data={"score": "5", "comment": " "})
    assert (answered.status_code, answered.json()["comment"]) == (200, None)


@pytest.mark.asyncio
async def test_a_form_without_a_score_is_asked_for_one(stage: Stage, a_surveyed_ticket: Surveyed) -> None:
    path = await (await a_surveyed_ticket()).link()
    async with stage.stranger() as client:
        refused = await client.post(path, data={"comment": "x"}, headers=BROWSER)
    assert (refused.status_code, "Please choose a score" in refused.text) == (422, True)
    assert await stage.said("survey.answered") == []


@pytest.mark.asyncio
async def test_a_browser_gets_a_page_where_a_program_gets_a_problem(stage: Stage) -> None:
    async with stage.stranger() as client:
        page = await client.get("/s/forged", headers=BROWSER)
        problem = await client.get("/s/forged", headers={"accept": "application/json"})
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "This link is not valid" in page.text
    assert (problem.status_code, problem.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.asyncio
async def test_an_expired_link_says_so_in_the_readers_language(stage: Stage, a_surveyed_ticket: Surveyed) -> None:
    path = await (await a_surveyed_ticket()).link()
    await stage.pass_time(timedelta(days=15))
    async with stage.stranger() as client:
        page = await client.get(path, headers=BROWSER)
    assert (page.status_code, "This link has expired" in page.text) == (410, True)


@pytest.mark.asyncio
async def test_a_withdrawn_survey_has_a_polite_page(stage: Stage, a_surveyed_ticket: Surveyed) -> None:
    ticket = await a_surveyed_ticket()
    path = await ticket.link()
    await ticket.reopen()
    async with stage.stranger() as client:
        shown = await client.get(path, headers=BROWSER)
        refused = await client.post(path, data={"score": "1"}, headers=BROWSER)
    assert (shown.status_code, refused.status_code) == (200, 409)
    assert "您的请求正在继续处理" in shown.text
    assert "您的请求正在继续处理" in refused.text


@pytest.mark.asyncio
async def test_an_answer_that_stands_has_a_polite_page(stage: Stage, a_surveyed_ticket: Surveyed) -> None:
    ticket = await a_surveyed_ticket()
    path = await ticket.link()
    await ticket.answer(4)
    await stage.pass_time(timedelta(days=1))
    async with stage.stranger() as client:
        shown = await client.get(path, headers=BROWSER)
        refused = await client.post(path, data={"score": "1"}, headers=BROWSER)
    assert (shown.status_code, refused.status_code) == (200, 409)
    assert "不能再修改" in shown.text
    assert "不能再修改" in refused.text


@pytest.mark.asyncio
async def test_staff_find_the_surveys_of_a_ticket(stage: Stage, a_surveyed_ticket: Surveyed) -> None:
    ticket = await a_surveyed_ticket()
    await a_surveyed_ticket()
    async with stage.client("agent") as agent, stage.client("supervisor") as supervisor:
        mine = (await agent.get("/v1/surveys", params={"ticket_id": str(ticket.id)})).json()["items"]
        theirs = (await supervisor.get("/v1/surveys", params={"ticket_id": str(ticket.id)})).json()["items"]
        none = (await agent.get("/v1/surveys", params={"ticket_id": str(new_id())})).json()
    assert [(one["ticket_id"], one["state"], one["link"]) for one in mine] == [(str(ticket.id), "sent", None)]
    assert theirs[0]["link"].endswith(await ticket.link())
    assert none == {"items": [], "next_cursor": None}


@pytest.mark.asyncio
async def test_the_list_is_read_page_by_page(stage: Stage, a_surveyed_ticket: Surveyed) -> None:
    tickets = [await a_surveyed_ticket() for _ in range(5)]
    seen: list[str] = []
    cursor: str | None = None
    async with stage.client("agent") as client:
        while cursor or not seen:
            given: dict[str, Any] = {"limit": 2, "state": "sent"} | ({"cursor": cursor} if cursor else {})
            page = (await client.get("/v1/surveys", params=given)).json()
            seen += [one["ticket_id"] for one in page["items"]]
            cursor = page["next_cursor"]
    assert seen == [str(ticket.id) for ticket in reversed(tickets)]


@pytest.mark.asyncio
async def test_customers_and_strangers_see_no_list(stage: Stage) -> None:
    async with stage.client("customer") as customer, stage.stranger() as stranger:
        assert (await customer.get("/v1/surveys")).status_code == 403
        assert (await stranger.get("/v1/surveys")).status_code == 401
