"""The demo's day: customers open tickets, agents take and answer them, customers say how it was."""

from __future__ import annotations

import asyncio
import sys
from random import Random
from typing import Any

from common.embedded.kept import Kept
from kefu_local.demo import script
from kefu_local.demo.set_up import set_up
from kefu_local.demo.visitor import Refusal, Visitor

_LOOK_EVERY = 1.5
_SUGGESTION_TRIES = 6
_SURVEY_TRIES = 20


async def act(url: str, logins: Kept, draw: Random) -> None:
    """Run the shop until cancelled. Every part goes on where it stopped when the platform restarts."""
    known = logins.read()["admin"]
    async with Visitor(url, known["email"], known["password"]) as shop, asyncio.TaskGroup() as group:
        agents = await set_up(shop, logins)
        for email, agent_id in agents.items():
            password = logins.read()[f"demo:{email}"]["password"]
            group.create_task(_work(Visitor(url, email, password), shop, agent_id, draw))
        group.create_task(_open_tickets(shop, Kept(logins.path.with_name("demo.json")), draw))


async def _open_tickets(shop: Visitor, kept: Kept, draw: Random) -> None:
    opened = int(kept.read().get("tickets", 0))
    while True:
        await shop.ask("POST", "/v1/tickets", script.next_ticket(draw, opened))
        opened += 1
        kept.update(tickets=opened)
        await asyncio.sleep(script.pause_between(draw, opened))


async def _work(agent: Visitor, shop: Visitor, agent_id: str, draw: Random) -> None:
    """One agent's shift: first what lies open from before, then every offer."""
    async with agent, asyncio.TaskGroup() as group:
        await agent.ask("PUT", f"/v1/agents/{agent_id}/presence", {"presence": "online"})
        for status in ("open", "pending"):
            for ticket in (await agent.get("/v1/tickets", agent_id=agent_id, status=status, limit=50))["items"]:
                group.create_task(_finish(agent, shop, ticket["id"], draw))
        while True:
            offers = await agent.get("/v1/offers", agent_id=agent_id, state="open", limit=20)
            for offer in offers["items"]:
                await asyncio.sleep(draw.uniform(0.5, 2))
                if await _take(agent, offer["id"], script.handling(draw)):
                    group.create_task(_finish(agent, shop, offer["ticket_id"], draw))
            await asyncio.sleep(_LOOK_EVERY)


async def _take(agent: Visitor, offer_id: str, how: script.Handling) -> bool:
    """Accept or decline an offer; False when declined, or when it was over already."""
    try:
        if how.declines:
            await agent.ask("POST", f"/v1/offers/{offer_id}/decline", {"reason": "正在通话中 / on a call"})
        else:
            await agent.ask("POST", f"/v1/offers/{offer_id}/accept")
    except Refusal as refusal:
        _say(f"offer {offer_id}: {refusal}")
        return False
    return not how.declines


async def _finish(agent: Visitor, shop: Visitor, ticket_id: str, draw: Random) -> None:
    """Answer, perhaps talk once more, resolve, and let the customer judge."""
    how = script.handling(draw)
    try:
        await asyncio.sleep(how.thinking)
        ticket = await agent.get(f"/v1/tickets/{ticket_id}")
        language = ticket["language"]
        await _answer(agent, ticket)
        if how.asks_back:
            await asyncio.sleep(how.thinking)
            back = {"text": script.asked_back(draw, language), "author": "customer"}
            await shop.ask("POST", f"/v1/tickets/{ticket_id}/replies", back)
            await asyncio.sleep(how.thinking)
            await agent.ask("POST", f"/v1/tickets/{ticket_id}/replies", {"text": script.closing(language)})
        await asyncio.sleep(how.resolving)
        await agent.ask("POST", f"/v1/tickets/{ticket_id}/resolve")
        if how.answers_survey:
            await _judge(shop, ticket_id, script.opinion(draw, language))
    except Refusal as refusal:
        _say(f"ticket {ticket_id}: {refusal}")  # somebody else, perhaps the one who watches, was faster


async def _answer(agent: Visitor, ticket: dict[str, Any]) -> None:
    article = await _suggested(agent, ticket["id"])
    text = script.reply(ticket["language"], ticket["customer"]["name"], article)
    quoted = [article["id"]] if article else []
    await agent.ask("POST", f"/v1/tickets/{ticket['id']}/replies", {"text": text, "article_ids": quoted})


async def _suggested(agent: Visitor, ticket_id: str) -> dict[str, Any] | None:
    """The best suggested article, once the suggestion is made."""
    for _ in range(_SUGGESTION_TRIES):
        try:
            found = (await agent.get(f"/v1/suggestions/{ticket_id}"))["articles"]
        except Refusal:
            await asyncio.sleep(1)
            continue
        if not found or not found[0]["likely"]:
            return None
        article: dict[str, Any] = await agent.get(f"/v1/articles/{found[0]['article_id']}")
        return article
    return None


async def _judge(shop: Visitor, ticket_id: str, opinion: dict[str, Any]) -> None:
    """Open the survey's link, as the customer would, and answer."""
    for _ in range(_SURVEY_TRIES):
        await asyncio.sleep(1.5)
        surveys = (await shop.get("/v1/surveys", ticket_id=ticket_id))["items"]
        link = next((survey["link"] for survey in surveys if survey["link"] and survey["state"] == "sent"), None)
        if link:
            await shop.ask("POST", f"/s/{link.rpartition('/s/')[2]}", opinion)
            return


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
