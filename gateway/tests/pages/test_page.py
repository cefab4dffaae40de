"""The page around the board, in a real browser: languages, login, services, the API documentation, and the state."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_browsers_language_is_spoken_and_the_switch_is_remembered(visit) -> None:
    page = (await visit(locale="en-US")).page
    await expect(page.get_by_role("heading", level=1)).to_have_text("Every customer gets an answer")
    assert await page.evaluate("document.documentElement.lang") == "en"
    await page.get_by_role("button", name="中文").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("每一位客户，都有回音")
    await page.reload()
    await expect(page.get_by_role("heading", level=1)).to_have_text("每一位客户，都有回音")
    assert await page.evaluate("document.documentElement.lang") == "zh-CN"


async def test_a_wrong_password_is_said_and_the_form_stays(visit) -> None:
    page = (await visit(locale="en")).page
    await page.get_by_label("E-mail").fill("nobody@example.com")
    await page.get_by_label("Password").fill("wrong")
    await page.get_by_role("button", name="Log in").click()
    await expect(page.get_by_role("alert")).to_have_text("The e-mail address or the password is wrong.")
    await expect(page.get_by_label("E-mail")).to_have_value("nobody@example.com")


async def test_a_service_that_is_down_is_named(visit, services) -> None:
    services.down.add("kb")
    page = (await visit(locale="en")).page
    await expect(page.locator(".services .down")).to_have_text("Knowledgedown")
    await expect(page.locator(".services .up")).to_have_count(4)


async def test_an_event_that_is_older_than_what_was_read_changes_nothing(visit) -> None:
    page = (await visit()).page
    found = await page.evaluate(
        """async () => {
          const { Board, place } = await import("/assets/state.js");
          const board = new Board();
          const say = (sequence, type, data) => board.apply({
            type, sequence: String(sequence), source: "/kefu/routing", subject: "1", time: "t",
            data: { ticket_id: "1", ...data },
          });
          say(2, "assignment.made", { agent_id: "a", agent_name: "A", why: [] });
          const stale = say(1, "offer.made", { agent_name: "B", expires_at: "t", why: [] });
          const unknown = say(3, "unheard.of", {});
          return [stale, unknown, place(board.ticket("1"))];
        }"""
    )
    assert found == [None, None, "agent"]


async def test_a_flood_leaves_the_newest_tickets_on_the_board(visit) -> None:
    page = (await visit()).page
    found = await page.evaluate(
        """async () => {
          const { Board } = await import("/assets/state.js");
          const board = new Board();
          for (let n = 1; n <= 3000; n += 1) {
            board.apply({
              type: "ticket.opened", sequence: "1", source: "/kefu/ticket", subject: `${n}`,
              time: `${10000 + n}`, data: { ticket_id: `${n}`, number: n },
            });
          }
          const gone = board.prune().length;
          return [gone, board.tickets.size, board.tickets.has("3000"), board.tickets.has("1")];
        }"""
    )
    assert found == [1000, 2000, True, False]


async def test_the_api_documentation_needs_nothing_from_elsewhere(visit) -> None:
    here = await visit("/")
    asked: list[str] = []
    here.page.on("request", lambda request: asked.append(request.url))
    await here.page.goto("/docs")
    await expect(here.page.locator(".opblock-tag-section")).to_have_count(5)
    await here.page.locator("#operations-tag-people h3, h3#operations-tag-people").first.click()
    await expect(here.page.locator(".opblock")).not_to_have_count(0)
    origin = await here.page.evaluate("location.origin")
    assert [url for url in asked if not url.startswith((origin, "data:"))] == []
    assert here.errors == []
