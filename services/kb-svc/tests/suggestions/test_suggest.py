from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from common.bus import Message
from common.contracts.base import wrap
from common.contracts.kb import SuggestionMade
from common.contracts.tickets import TicketOpened
from common.hear import Hearing
from common.ids import new_id
from common.retention import prune
from common.testing.stage import Stage
from kb_svc.made_of import SERVICE

Write = Callable[..., Awaitable[dict[str, Any]]]
Opened = Callable[..., TicketOpened]


async def _shown(stage: Stage, ticket: TicketOpened, role: Any = "agent") -> dict[str, Any]:
    async with stage.client(role) as client:
        answer = await client.get(f"/v1/suggestions/{ticket.ticket_id}")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def _some_articles(write: Write) -> None:
    """What a small shop's knowledge base may hold."""
    await write(
        "退款多久到账", "退款审核通过后，款项在3到7个工作日内原路退回您的支付账户。", keywords=["退款什么时候到"]
    )
    await write("如何开具发票", "在订单详情页点击申请发票，填写抬头和税号即可。")
    await write("修改收货地址", "订单发货前可以在订单详情页修改收货地址，发货后请联系快递公司。")
    await write("忘记密码", "在登录页点击忘记密码，通过手机验证码重新设置。")
    await write("How long do refunds take?", "Refunds arrive within 3 to 7 working days.", locale="en")
    await write("Change the delivery address", "You can change it until the order is shipped.", locale="en")
    await write("Reset your password", "Click forgot password on the login page.", locale="en")


@pytest.mark.asyncio
async def test_a_ticket_gets_the_article_that_answers_it(stage: Stage, write: Write, opened: Opened) -> None:
    await _some_articles(write)
    ticket = opened("退款", "你好，我上周申请的退款什么时候能到账？已经等了好几天了。")
    await stage.hear(ticket, about=ticket.ticket_id)
    shown = await _shown(stage, ticket)
    assert shown["articles"][0]["title"] == "退款多久到账"
    assert {one["locale"] for one in shown["articles"]} == {"zh-CN"}
    [said] = await stage.said("suggestion.made")
    assert (said.about, said.version) == (ticket.ticket_id, 1)
    assert isinstance(said.data, SuggestionMade)
    assert [one.title for one in said.data.articles] == [one["title"] for one in shown["articles"]]
    assert said.data.articles[0].revision == 1


@pytest.mark.asyncio
async def test_an_english_ticket_gets_english_articles(stage: Stage, write: Write, opened: Opened) -> None:
    await _some_articles(write)
    ticket = opened("Refund", "Hi, when will my refund arrive? I have been waiting for days.", language="en")
    await stage.hear(ticket, about=ticket.ticket_id)
    shown = await _shown(stage, ticket)
    assert shown["articles"][0]["title"] == "How long do refunds take?"
    assert {one["locale"] for one in shown["articles"]} == {"en"}


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("text", "language"),
    [("你们公司周末团建去哪里玩？", "zh"), ("Does your office have a swimming pool?", "en"), ("😀😀", "zh")],
)
async def test_a_ticket_beside_the_point_gets_nothing_that_is_called_likely(
    stage: Stage, write: Write, opened: Opened, text: str, language: str
) -> None:
    await _some_articles(write)
    ticket = opened(text, text, language=language)
    await stage.hear(ticket, about=ticket.ticket_id)
    assert [one for one in (await _shown(stage, ticket))["articles"] if one["likely"]] == []
    [said] = await stage.said("suggestion.made")
    assert isinstance(said.data, SuggestionMade)
    assert [one for one in said.data.articles if one.likely] == []


@pytest.mark.asyncio
async def test_without_any_article_nothing_is_suggested(stage: Stage, opened: Opened) -> None:
    ticket = opened("退款", "退款什么时候到账？")
    await stage.hear(ticket, about=ticket.ticket_id)
    assert (await _shown(stage, ticket))["articles"] == []


@pytest.mark.asyncio
async def test_the_same_ticket_heard_twice_changes_nothing(stage: Stage, write: Write, opened: Opened) -> None:
    await _some_articles(write)
    ticket = opened("退款", "退款什么时候到账？")
    await stage.hear(ticket, about=ticket.ticket_id, times=2)
    await stage.hear(ticket, about=ticket.ticket_id)
    assert len(await stage.rows("suggestion")) == 1
    assert len(await stage.said("suggestion.made")) == 1
    assert await stage.parked() == []


@pytest.mark.asyncio
async def test_agents_are_shown_internal_articles_marked_as_such(stage: Stage, write: Write, opened: Opened) -> None:
    await write("退款例外审批", "超过七天的退款由主管审批。", audience="internal")
    ticket = opened("退款例外", "超过七天还能申请退款例外吗？")
    await stage.hear(ticket, about=ticket.ticket_id)
    [only] = (await _shown(stage, ticket))["articles"]
    assert (only["title"], only["audience"]) == ("退款例外审批", "internal")
    async with stage.client("customer") as client:
        assert (await client.get(f"/v1/suggestions/{ticket.ticket_id}")).status_code == 403


@pytest.mark.asyncio
async def test_a_suggestion_stays_as_it_was_when_the_article_changes(
    stage: Stage, write: Write, opened: Opened
) -> None:
    made = await write("退款多久到账", "七天")
    ticket = opened("退款", "退款多久到账？")
    await stage.hear(ticket, about=ticket.ticket_id)
    async with stage.client("supervisor") as client:
        await client.post(f"/v1/articles/{made['id']}/archive")
    [only] = (await _shown(stage, ticket))["articles"]
    assert (only["article_id"], only["revision"], only["title"]) == (made["id"], 1, "退款多久到账")


@pytest.mark.asyncio
async def test_a_batch_of_tickets_gets_each_its_own(stage: Stage, write: Write, opened: Opened) -> None:
    await _some_articles(write)
    texts = ["退款什么时候到账", "怎么开发票", "收货地址写错了怎么修改", "忘记密码怎么办"]
    tickets = [opened(text, text) for text in texts]
    now = stage.clock.now()
    messages = []
    for offset, ticket in enumerate(tickets):
        raw = wrap(ticket, event_id=new_id(), subject=ticket.ticket_id, sequence=1, now=now, traceparent="")
        messages.append(Message(ticket.TOPIC, 0, offset, str(ticket.ticket_id), raw))
    await Hearing(stage.service.listens, stage.database, stage.clock).hear(messages)
    best = [(await _shown(stage, ticket))["articles"][0]["title"] for ticket in tickets]
    assert best == ["退款多久到账", "如何开具发票", "修改收货地址", "忘记密码"]
    assert {said.about for said in await stage.said("suggestion.made")} == {ticket.ticket_id for ticket in tickets}


@pytest.mark.asyncio
async def test_before_it_is_made_there_is_no_suggestion(stage: Stage) -> None:
    async with stage.client("agent") as client:
        answer = await client.get(f"/v1/suggestions/{new_id()}")
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:kefu:problem:suggestion-not-made"


@pytest.mark.asyncio
async def test_what_was_suggested_long_ago_goes(stage: Stage, write: Write, opened: Opened) -> None:
    await _some_articles(write)
    tickets = [opened("退款", "退款什么时候到账？"), opened("退款", "退款多久？")]
    await stage.hear(tickets[0], about=tickets[0].ticket_id)
    stage.clock.forward(timedelta(days=399))
    await stage.hear(tickets[1], about=tickets[1].ticket_id)
    stage.clock.forward(timedelta(days=2))
    assert await prune(stage.database, SERVICE.keeps, now=stage.clock.now()) == 1
    assert [row.ticket_id for row in await stage.rows("suggestion")] == [tickets[1].ticket_id]
