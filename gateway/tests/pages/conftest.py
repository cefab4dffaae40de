"""The page in a real browser: a gateway with a real bus, a small stand-in for the services, and what they say."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from starlette.responses import Response

from common.bus import Record
from common.bus.postgres import PostgresBus
from common.contracts import feedback, kb, routing, tickets
from common.contracts.base import Event, wrap
from common.ids import new_id
from common.testing.stage import Stage

_FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@dataclass
class Services:
    """The services behind the gateway, each under its name, as far as the page asks them.

    They answer with what stands in `lists` under its path; those in `down` are not ready.
    """

    lists: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)

    async def __call__(self, scope, receive, send) -> None:
        _, name, rest = scope["path"].split("/", 2)
        path = f"/{rest}"
        if path == "/readyz":
            answer = Response(b"{}", 503 if name in self.down else 200)
        elif path == "/openapi.json":
            answer = Response(b'{"paths": {}, "components": {"schemas": {}}}', 200)
        elif path.startswith("/v1/suggestions/"):
            answer = _json({"ticket_id": path.rsplit("/", 1)[-1], "articles": self.lists.get(path, [])})
        else:
            answer = _json({"items": self.lists.get(path, []), "next_cursor": None})
        await answer(scope, receive, send)


def _json(body: object) -> Response:
    return Response(orjson.dumps(body, default=str), media_type="application/json")


@dataclass
class Story:
    """Says on the bus what the services would."""

    bus: PostgresBus
    versions: dict[UUID, int] = field(default_factory=dict)

    async def say(self, about: UUID, *events: Event) -> None:
        producer = await self.bus.producer("story")
        records = [Record(event.TOPIC, str(about), self._envelope(about, event)) for event in events]
        assert all(await producer.send(records))
        await producer.close()

    def _envelope(self, about: UUID, event: Event) -> bytes:
        sequence = self.versions[about] = self.versions.get(about, 0) + 1
        now = datetime.now(UTC)
        return wrap(event, event_id=new_id(), subject=about, sequence=sequence, now=now, traceparent="")

    async def opened(self, number: int, subject: str, **changes: Any) -> UUID:
        """A new ticket; its id."""
        now, one = datetime.now(UTC), new_id()
        given = {
            "ticket_id": one, "number": number, "customer_id": new_id(), "customer_name": "王芳", "tier": "gold",
            "subject": subject, "text": subject, "channel": "web", "language": "zh", "priority": "normal",
            "topic": "billing", "opened_at": now, "response_due_at": now + timedelta(minutes=30),
            "resolution_due_at": now + timedelta(hours=8), **changes,
        }  # fmt: skip
        await self.say(one, tickets.TicketOpened(**given))
        return one

    async def offered(self, ticket: UUID, agent: str, why: list[str]) -> None:
        until = datetime.now(UTC) + timedelta(seconds=30)
        ids = {"offer_id": new_id(), "ticket_id": ticket, "agent_id": new_id()}
        await self.say(ticket, routing.OfferMade(**ids, agent_name=agent, expires_at=until, why=why))

    async def assigned(self, ticket: UUID, agent: str, why: list[str]) -> UUID:
        agent_id = new_id()
        made = {"ticket_id": ticket, "agent_id": agent_id, "agent_name": agent, "offer_id": None, "why": why}
        await self.say(ticket, routing.AssignmentMade(**made, assigned_at=datetime.now(UTC)))
        return agent_id

    async def suggested(self, ticket: UUID, title: str) -> None:
        article = kb.SuggestedArticle(article_id=new_id(), revision=1, title=title, score=7.5)
        await self.say(ticket, kb.SuggestionMade(ticket_id=ticket, articles=[article], made_at=datetime.now(UTC)))

    async def replied(self, ticket: UUID, text: str) -> None:
        said = {"ticket_id": ticket, "message_id": new_id(), "author_kind": "agent", "author_id": new_id()}
        await self.say(ticket, tickets.TicketReplied(**said, text=text, replied_at=datetime.now(UTC)))

    async def resolved(self, ticket: UUID, number: int, subject: str) -> None:
        said = {"ticket_id": ticket, "number": number, "customer_id": new_id(), "customer_name": "王芳"}
        more = {"agent_id": new_id(), "subject": subject, "channel": "web", "language": "zh", "topic": "billing"}
        await self.say(ticket, tickets.TicketResolved(**said, **more, resolved_at=datetime.now(UTC)))

    async def rated(self, ticket: UUID, score: int, comment: str | None = None) -> None:
        ids = {"survey_id": new_id(), "ticket_id": ticket, "customer_id": new_id()}
        now = datetime.now(UTC)
        answer = feedback.SurveyAnswered(**ids, agent_id=None, score=score, comment=comment, answered_at=now)
        await self.say(ids["survey_id"], answer)
        if score <= 2:
            opened = {**ids, "recovery_id": new_id(), "score": score, "due_at": now + timedelta(hours=4)}
            await self.say(opened["recovery_id"], feedback.RecoveryOpened(**opened))


@pytest_asyncio.fixture(loop_scope="session")
async def services() -> Services:
    return Services()


@pytest_asyncio.fixture(loop_scope="session")
async def stage(make_stage, serve, services) -> Stage:
    address = await serve(services)
    names = ("ticket", "routing", "kb", "feedback")
    return await make_stage(demo=True, upstreams={name: f"{address}/{name}" for name in names})


@pytest_asyncio.fixture(loop_scope="session")
async def story(stage: Stage, fresh_database) -> AsyncIterator[Story]:
    bus = await PostgresBus.open(await fresh_database("gateway"))
    yield Story(bus)
    await stage.app.state.watch.close()
    await bus.close()


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path="/usr/bin/chromium", args=_FLAGS)
        yield browser
        await browser.close()


@dataclass
class Visit:
    """Somebody's browser on the page; `errors` is what its console complained about."""

    page: Page
    errors: list[str]


@pytest_asyncio.fixture(loop_scope="session")
async def visit(chromium: Browser, stage: Stage, serve, story: Story) -> AsyncIterator[Any]:
    """`await visit("/", locale="en", width=360)`."""
    stage.app.state.bus = story.bus
    address = await serve(stage.app)
    contexts: list[BrowserContext] = []

    async def go(path: str = "/", *, locale: str = "zh-CN", width: int = 1440, height: int = 900, **more: Any) -> Visit:
        size = {"width": width, "height": height}
        contexts.append(await chromium.new_context(base_url=address, locale=locale, viewport=size, **more))
        page = await contexts[-1].new_page()
        errors: list[str] = []
        page.on("console", lambda said: errors.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(path)
        return Visit(page, errors)

    yield go
    for context in contexts:
        await context.close()
