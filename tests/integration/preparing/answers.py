"""What other services make of tickets: offers, surveys, recoveries, articles; and exports."""

from __future__ import annotations

from uuid import uuid4

from integration.desk import Desk, Json
from integration.preparing.prepared import Prepared
from integration.preparing.tickets import TICKET, opened
from integration.running import eventually


def offers(desk: Desk, ready: Prepared) -> None:
    skill = f"fuzzed-{uuid4().hex[:6]}"
    desk.admin.put(f"/v1/skills/{skill}", {"topics": [skill]})
    agent = desk.hire("Asked", {skill: 5, "lang:en": 5}, capacity=20)
    tickets = [desk.open("hello", topic=skill)["id"] for _ in range(6)]
    offers = [desk.offer_to(agent, ticket)["id"] for ticket in tickets]
    ready.stands("/v1/offers/{offer_id}", "offer_id", *offers)
    ready.stands("/v1/offers/{offer_id}/accept", "offer_id", *offers[:3])
    ready.stands("/v1/offers/{offer_id}/decline", "offer_id", *offers[3:])
    ready.stands("/v1/skills/{skill}", "skill", f"other-{skill}")
    desk.admin.put(f"/v1/skills/other-{skill}", {"topics": []})


def answers(desk: Desk, ready: Prepared) -> None:
    tickets = [opened(desk, ready.bodies[f"{TICKET}/assign"][0]) for _ in range(4)]
    for ticket in tickets:
        desk.admin.post(f"/v1/tickets/{ticket}/resolve")
    tokens = [_link(desk, ticket).rsplit("/", 1)[1] for ticket in tickets]
    for token in tokens[:2]:
        desk.channel.post(f"/s/{token}", {"score": 1})
    recoveries = eventually(lambda: _at_least(2, desk.admin.all("/v1/recoveries", state="open")))
    ready.stands("/s/{token}", "token", *tokens[2:])
    ready.stands("/v1/recoveries/{recovery_id}", "recovery_id", *(one["id"] for one in recoveries))
    ready.stands("/v1/recoveries/{recovery_id}/close", "recovery_id", *(one["id"] for one in recoveries))


def _link(desk: Desk, ticket: str) -> str:
    def link() -> str | None:
        return next((one["link"] for one in desk.admin.all("/v1/surveys", ticket_id=ticket) if one["link"]), None)

    found: str = eventually(link)
    return found


def _at_least(number: int, items: list[Json]) -> list[Json]:
    return items if len(items) >= number else []


def articles(desk: Desk, ready: Prepared) -> None:
    text = {"title": "Refunds", "body": "Within seven days.", "locale": "en"}
    drafts = [desk.admin.post("/v1/articles", text)["id"] for _ in range(2)]
    live = [desk.admin.post("/v1/articles", {**text, "publish": True})["id"] for _ in range(4)]
    article = "/v1/articles/{article_id}"
    ready.stands(article, "article_id", *live[:2])
    ready.stands(f"{article}/publish", "article_id", *drafts)
    ready.stands(f"{article}/archive", "article_id", *live[2:])
    ready.paths[f"{article}/revisions/{{number}}"] = [{"article_id": one, "number": 1} for one in live]


def copies(desk: Desk, ready: Prepared) -> None:
    """Exports, in each state that is asked for, and a ticket from elsewhere."""
    # Without tickets: redactions, which are fuzzed too, withdraw the others.
    kept, given_up = (desk.admin.post("/v1/exports", {"kinds": ["organisation"]})["id"] for _ in range(2))
    eventually(lambda: desk.admin.get(f"/v1/exports/{kept}")["state"] == "done")
    link = desk.admin.get(f"/v1/exports/{kept}/link")["url"]
    ready.stands("/v1/exports/{export_id}", "export_id", kept)
    ready.stands("/v1/exports/{export_id}/link", "export_id", kept)
    ready.stands("/v1/exports/{export_id}/cancel", "export_id", given_up)
    ready.stands("/x/{token}", "token", link.rsplit("/", 1)[1])
    said = [{"text": "hello", "created_at": "2024-05-06T01:00:00Z"}]
    past = {"customer": {"email": "past@example.com"}, "opened_at": "2024-05-06T01:00:00Z", "messages": said}
    ready.bodies["/v1/tickets/import"] = [{"tickets": [{"external_id": f"fuzz:{n}", **past}]} for n in range(50)]
