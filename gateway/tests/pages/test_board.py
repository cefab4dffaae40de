"""The page, used as people use it, in a real browser."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect

from common.contracts.kb import ArticleArchived
from common.contracts.routing import OfferExpired, WorkItemQueued
from common.ids import new_id
from gateway.people.bootstrap import make_first_admin

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WHY = ["skill:billing:4", "language:zh", "load:0/3", "idle:95"]
ADMIN = ("root@example.com", "a good long one")


async def enter_demo(page: Page) -> None:
    await page.locator("#enter-demo").click()
    await expect(page.locator("#connection")).to_have_class("connection live")


def column(page: Page, place: str) -> Any:
    return page.locator(f'[data-place="{place}"]')


async def width_of(page: Page) -> int:
    return int(await page.evaluate("document.documentElement.scrollWidth"))


async def test_a_ticket_is_seen_on_its_whole_way(visit, story) -> None:
    here = await visit()
    page = here.page
    await enter_demo(page)
    await expect(column(page, "waiting").locator(".empty")).to_have_text("没有客户在等待。")

    ticket = await story.opened(1041, "发票抬头开错了", priority="urgent")
    card = page.locator(f'[data-id="{ticket}"]')
    await expect(column(page, "waiting").locator(".card")).to_have_count(1)
    await expect(card).to_contain_text("#1041")
    await expect(card).to_contain_text("紧急")
    await expect(card.locator(".due")).to_contain_text("首次响应：剩余 29:")
    counted = await card.locator(".due").inner_text()
    await expect(card.locator(".due")).not_to_have_text(counted)

    await story.suggested(ticket, "如何重新开具发票")
    await expect(card.locator(".article")).to_contain_text("如何重新开具发票")
    await story.offered(ticket, "李娜", WHY)
    await expect(column(page, "offered").locator(".agent")).to_have_text("派给 李娜")
    chips = ["擅长 billing（4/5）", "会说中文", "在手 0/3 单", "已空闲 01:35"]
    await expect(card.locator(".chip")).to_have_text(chips)

    await story.assigned(ticket, "李娜", WHY)
    await expect(column(page, "agent").locator(".agent")).to_have_text("李娜 处理中")
    await story.replied(ticket, "已为您重新开具。")
    await expect(card.locator(".reply")).to_contain_text("已为您重新开具。")
    await expect(card.locator(".due")).to_contain_text("解决时限")
    await story.resolved(ticket, 1041, "发票抬头开错了")
    await expect(column(page, "done").locator(".card")).to_have_count(1)
    await story.rated(ticket, 2, "问了两次")
    await expect(card.get_by_role("img", name="客户评分 2 分")).to_be_visible()
    await expect(card.locator(".recovery")).to_have_text("补救进行中")
    await expect(page.get_by_role("log").locator("li").first).to_contain_text("#1041 低分，开启补救")
    await expect(page.locator(".number-stars dd")).to_have_text("2.0")
    assert here.errors == []


async def test_an_offer_that_nobody_takes_goes_back_to_waiting(visit, story) -> None:
    here = await visit(locale="en-GB")
    await enter_demo(here.page)
    ticket = await story.opened(7, "Where is my parcel?", language="en")
    await story.offered(ticket, "Grace", WHY)
    await expect(column(here.page, "offered").locator(".agent")).to_have_text("Offered to Grace")
    ids = {"offer_id": new_id(), "ticket_id": ticket, "agent_id": new_id()}
    again = {"required_skills": [], "reason": "expired", "queued_at": datetime.now(UTC)}
    await story.say(ticket, OfferExpired(**ids), WorkItemQueued(ticket_id=ticket, **again))
    await expect(column(here.page, "waiting").locator(".card")).to_have_count(1)
    await expect(here.page.get_by_role("log")).to_contain_text("#7 not accepted in time, offered anew")


async def test_the_switch_also_changes_what_is_on_the_board(visit, story) -> None:
    page = (await visit()).page
    await enter_demo(page)
    ticket = await story.opened(7, "发票")
    await story.assigned(ticket, "李娜", WHY)
    await expect(page.locator(".chip").nth(1)).to_have_text("会说中文")
    await page.get_by_role("button", name="English").click()
    await expect(page.locator(".chip").nth(1)).to_have_text("speaks Chinese")
    await expect(page.get_by_role("log")).to_contain_text("#7 taken by 李娜")
    await expect(page.locator("#connection")).to_have_text("Live")


async def test_everything_works_with_the_keyboard_alone(visit, story, stage, services) -> None:
    await make_first_admin(stage.database, *ADMIN, now=stage.clock.now())
    page = (await visit(locale="en")).page
    await expect(page.locator("#welcome")).to_be_visible()
    await page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the main content")
    await expect(skip).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.type(ADMIN[0])
    await page.keyboard.press("Tab")
    await page.keyboard.type(ADMIN[1])
    await page.keyboard.press("Enter")
    await expect(page.locator("#connection")).to_have_text("Live")
    await expect(page.locator("#main")).to_be_focused()

    ticket = await story.opened(7, "Refund", language="en")
    step = {"position": 1, "version": 1, "type": "ticket.opened", "text": "Opened by Ada", "at": datetime.now(UTC)}
    services.lists[f"/v1/tickets/{ticket}/events"] = [step]
    summary = page.locator(f'[data-id="{ticket}"] summary')
    await expect(summary).to_be_visible()
    while not await summary.evaluate("(one) => one === document.activeElement"):
        await page.keyboard.press("Tab")
    outline = await summary.evaluate("(one) => getComputedStyle(one).outlineStyle")
    assert outline == "solid"
    await page.keyboard.press("Enter")
    await expect(page.locator(".trail")).to_contain_text("Opened by Ada")
    await story.offered(ticket, "Grace", WHY)
    await expect(column(page, "offered").locator(".card")).to_have_count(1)
    await expect(summary).to_be_focused()
    await expect(page.locator(".trail")).to_be_visible()


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
async def test_at_360_pixels_nothing_runs_over_the_edge(visit, story, locale: str) -> None:
    here = await visit(locale=locale, width=360, height=740)
    await expect(here.page.locator("#welcome")).to_be_visible()
    assert await width_of(here.page) == 360
    await enter_demo(here.page)
    ticket = await story.opened(123456, "Donaudampfschifffahrtsgesellschaftskapitän" * 3, customer_name="x" * 60)
    await story.suggested(ticket, "https://example.com/" + "a" * 120)
    await story.offered(ticket, "Grace Brewster Murray Hopper", [*WHY, "returning", "skill:" + "long" * 12 + ":5"])
    await expect(column(here.page, "offered").locator(".card")).to_have_count(1)
    assert await width_of(here.page) == 360
    assert here.errors == []


async def test_a_reload_shows_what_is_there(visit, services) -> None:
    now, ids = datetime.now(UTC), [new_id() for _ in range(4)]
    shared = {
        "external_id": None, "priority": "normal", "channel": "web", "language": "zh", "topic": "billing",
        "customer": {"id": new_id(), "name": "王芳", "tier": "vip"}, "opened_at": now, "responded_at": None,
        "response_due_at": now + timedelta(minutes=9), "resolution_due_at": now + timedelta(hours=9),
        "resolved_at": None, "response_breached": False, "resolution_breached": False, "version": 3,
        "agent_id": None, "agent_name": None,
    }  # fmt: skip
    agent = {"agent_id": new_id(), "agent_name": "李娜"}
    services.lists["/v1/tickets"] = [
        {**shared, "id": ids[0], "number": 1, "subject": "等待", "status": "new"},
        {**shared, "id": ids[1], "number": 2, "subject": "派单", "status": "new"},
        {**shared, "id": ids[2], "number": 3, "subject": "处理", "status": "pending", **agent},
        {**shared, "id": ids[3], "number": 4, "subject": "解决", "status": "resolved", "resolved_at": now, **agent},
    ]
    hold = {"code": "nobody_online", "skills": [], "text": {"zh": "没有客服在线", "en": "Nobody is online"}}
    services.lists["/v1/work-items"] = [
        {"ticket_id": ids[0], "state": "queued", "why": [], "hold": hold, "version": 1},
        {"ticket_id": ids[2], "state": "assigned", "why": WHY, "hold": None, "version": 1},
    ]
    services.lists["/v1/offers"] = [
        {"ticket_id": ids[1], "agent_id": agent["agent_id"], "expires_at": now + timedelta(seconds=9), "why": WHY}
    ]
    services.lists["/v1/agents"] = [{"id": agent["agent_id"], "name": "李娜"}]
    services.lists["/v1/surveys"] = [{"ticket_id": ids[3], "score": 5, "comment": "很好"}]
    services.lists["/v1/recoveries"] = [{"ticket_id": ids[3], "state": "closed", "outcome": "已致电", "due_at": now}]
    services.lists[f"/v1/suggestions/{ids[0]}"] = [{"title": "如何开票"}]
    here = await visit()
    page = here.page
    await enter_demo(page)
    await page.reload()
    await expect(page.locator(".count")).to_have_text(["1", "1", "1", "1"])
    await expect(column(page, "waiting")).to_contain_text("没有客服在线")
    await expect(column(page, "waiting")).to_contain_text("如何开票")
    await expect(column(page, "offered")).to_contain_text("派给 李娜")
    await expect(column(page, "agent")).to_contain_text("擅长 billing")
    await expect(column(page, "agent")).to_contain_text("等待客户，计时暂停")
    await expect(column(page, "done")).to_contain_text("★★★★★")
    await expect(column(page, "done")).to_contain_text("补救完成：已致电")
    assert here.errors == []


async def test_what_customers_write_stays_text(visit, story) -> None:
    here = await visit()
    await enter_demo(here.page)
    evil = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    ticket = await story.opened(1, evil, customer_name=evil)
    await story.suggested(ticket, evil)
    await story.offered(ticket, evil, [evil])
    await expect(here.page.locator(".subject")).to_have_text(evil)
    await expect(here.page.locator(".article")).to_contain_text(evil)
    assert await here.page.locator(".columns img, .columns script").count() == 0
    assert await here.page.title() == "客服 Kefu"
    assert here.errors == []


async def test_updates_can_be_paused_and_nothing_is_lost(visit, story) -> None:
    page = (await visit(locale="en")).page
    await enter_demo(page)
    await page.get_by_role("button", name="Pause updates").click()
    await story.opened(1, "While you were reading")
    resume = page.get_by_role("button", name="Resume (1 new)")
    await expect(resume).to_be_visible()
    await expect(page.locator(".card")).to_have_count(0)
    await resume.click()
    await expect(page.locator(".card")).to_have_count(1)


async def test_logging_out_closes_the_board(visit) -> None:
    here = await visit(locale="en")
    await enter_demo(here.page)
    await here.page.get_by_role("button", name="Log out").click()
    await expect(here.page.locator("#board")).to_be_hidden()
    await here.page.reload()
    await expect(here.page.locator("#welcome")).to_be_visible()
    assert here.errors == []


async def test_events_that_no_card_shows_do_no_harm(visit, story) -> None:
    here = await visit()
    await enter_demo(here.page)
    await story.say(new_id(), ArticleArchived(article_id=new_id()))
    await story.opened(1, "之后")
    await expect(here.page.locator(".card")).to_have_count(1)
    assert here.errors == []
