"""The attacks in a real browser: nothing that was made harmless acts, and what comes in unchanged does."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import pytest_asyncio
from playwright.async_api import Page, Route, async_playwright

from ticket_svc.writing.html import harmless

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ATTACKS = [one["html"] for one in orjson.loads(Path(__file__).with_name("attacks.json").read_bytes())]
HOME = "http://kefu.test/"
# In every frame: whatever an attack does to be noticed, and every error that a handler of it raises.
TRAP = """
const note = what => { try { window.top.fired.push(what) } catch {} };
if (window === window.top) window.fired = [];
for (const name of ['alert', 'confirm', 'prompt', 'print', 'open', 'fetch']) window[name] = () => note(name);
window.addEventListener('error', event => event instanceof ErrorEvent && note('error'));
document.addEventListener('securitypolicyviolation', () => note('policy'));
"""
# Each as a page of its own in a frame, and put into a page as pages do it; then everything is touched.
SHOW = """async htmls => {
  for (const html of htmls) {
    const frame = document.createElement('iframe');
    frame.srcdoc = html;
    const box = document.createElement('section');
    box.innerHTML = html;
    document.body.append(frame, box);
  }
  await new Promise(done => setTimeout(done, 300));
  const frames = [...document.querySelectorAll('body > iframe')].map(one => one.contentDocument).filter(Boolean);
  const events = ['click', 'mouseover', 'focus', 'toggle', 'animationstart', 'load', 'error', 'submit'];
  for (const place of [document, ...frames]) for (const one of place.querySelectorAll('body *')) {
    if (one.parentElement === document.body) continue;
    for (const name of events) {
      // A click on a link would lead away: where it leads is looked at below.
      if (name === 'click' && one.closest('a')) continue;
      one.dispatchEvent(new Event(name, {bubbles: true, cancelable: true}));
    }
  }
  const all = [document, ...frames].flatMap(place => [...place.querySelectorAll('body *')]);
  return {
    fired: window.top.fired,
    schemes: [...new Set(all.filter(one => one.localName === 'a' && one.href).map(one => one.protocol))],
    scripts: all.filter(one => ['script', 'iframe', 'object', 'embed', 'form', 'svg', 'style'].includes(one.localName)
      && one.parentElement !== document.body).length,
  };
}"""


class Trapped:
    """A page with the trap; `asked` is every address that something on it wanted to load."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked: list[str] = []

    async def set(self) -> None:
        await self.page.add_init_script(TRAP)
        await self.page.route("**/*", self._answer)
        await self.page.goto(HOME)

    async def _answer(self, route: Route) -> None:
        if route.request.url == HOME:
            await route.fulfill(body="<!doctype html><title>trap</title><body>", content_type="text/html")
            return
        # What an attack asks for is noted, and never leaves this machine.
        self.asked.append(route.request.url)
        await route.abort()

    async def show(self, htmls: list[str]) -> dict[str, Any]:
        found: dict[str, Any] = await self.page.evaluate(SHOW, htmls)
        return found


@pytest_asyncio.fixture(loop_scope="session")
async def trapped() -> AsyncIterator[Trapped]:
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        trapped = Trapped(await browser.new_page())
        await trapped.set()
        yield trapped
        await browser.close()


async def test_nothing_acts_after_it_was_made_harmless(trapped: Trapped) -> None:
    found = await trapped.show(sorted({harmless(html) for html in ATTACKS}))
    # A picture of a cid: has no address on the net; the page shows the attachment instead.
    assert [one for one in trapped.asked if not one.startswith("cid:")] == []
    assert found["fired"] == []
    assert set(found["schemes"]) <= {"http:", "https:", "mailto:", "tel:"}
    assert found["scripts"] == 0


async def test_the_attacks_do_act_in_this_browser(trapped: Trapped) -> None:
    """The planted mistake: were nothing made harmless, the trap would be full."""
    # Those that lead the page away or never end are for the parser's test; the rest is enough, and of it one half.
    calm = [html for html in ATTACKS if "refresh" not in html and "_top" not in html and len(html) < 1_000]
    found = await trapped.show(calm[::2])
    assert found["fired"].count("alert") >= 60, json.dumps(found)[:2_000]
    assert len(trapped.asked) >= 15
    assert "javascript:" in found["schemes"]
    assert found["scripts"] >= 50
