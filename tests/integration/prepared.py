"""A desk on which every operation finds something: which ids a fuzzer is given for which operation."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import uuid4

from integration.desk import Desk, Json
from integration.running import eventually

TICKET = "/v1/tickets/{ticket_id}"
ON_OPEN = (
    "", "/messages", "/events", "/replies", "/notes", "/assign", "/pend", "/resolve", "/draft", "/followers"
)  # fmt: skip
"""What is asked of an open ticket; the other verbs need one in another state."""


@dataclass
class Prepared:
    """What stands on the desk, by the path that it is for."""

    paths: dict[str, list[Json]] = field(default_factory=dict)
    """Path -> values of its parameters."""
    bodies: dict[str, list[Json]] = field(default_factory=dict)
    """Path -> members of the body that must be true of this desk."""

    def stands(self, path: str, name: str, *values: str) -> None:
        """`values` are there for the parameter `name` of `path`."""
        self.paths[path] = [{name: value} for value in values]


def prepare(desk: Desk) -> Prepared:
    """Let there be a thing for every operation, in the state that it asks for."""
    ready = Prepared()
    _people(desk, ready)
    _tickets(desk, ready)
    _messages(desk, ready)
    _offers(desk, ready)
    _answers(desk, ready)
    _articles(desk, ready)
    return ready


def _people(desk: Desk, ready: Prepared) -> None:
    spare = [desk.hire(f"Spare {number}", {"lang:zh": 1}).id for number in range(3)]
    ready.stands("/v1/agents/{agent_id}", "agent_id", *spare)
    ready.stands("/v1/agents/{agent_id}/presence", "agent_id", *spare)
    ready.bodies[f"{TICKET}/assign"] = [{"agent_id": one} for one in spare]
    users = [desk.hire(f"Clerk {number}", {"lang:zh": 1}).id for number in range(2)]
    ready.stands("/v1/users/{user_id}", "user_id", *users)
    ready.stands("/v1/keys/{key_id}", "key_id", *(desk.program(f"spare-{number}").id for number in range(8)))
    ready.bodies["/v1/keys"] = [{"expires_at": "2199-12-31T23:59:59Z", "role": "admin"}, {"expires_at": None}]
    ready.bodies["/v1/login"] = [desk.platform.login()]


def _tickets(desk: Desk, ready: Prepared) -> None:
    agent = ready.bodies[f"{TICKET}/assign"][0]
    open_, waiting, resolved = ([_opened(desk, agent) for _ in range(number)] for number in (3, 4, 8))
    for ticket in waiting:
        desk.admin.post(f"/v1/tickets/{ticket}/pend")
    for ticket in resolved:
        desk.admin.post(f"/v1/tickets/{ticket}/resolve")
    for verb in ON_OPEN:
        ready.stands(TICKET + verb, "ticket_id", *open_)
    ready.stands(f"{TICKET}/resume", "ticket_id", *waiting)
    ready.stands(f"{TICKET}/reopen", "ticket_id", *resolved[:4])
    ready.stands(f"{TICKET}/close", "ticket_id", *resolved[4:])
    ready.stands("/v1/work-items/{ticket_id}", "ticket_id", *open_)
    ready.stands("/v1/suggestions/{ticket_id}", "ticket_id", *open_)
    customers = [desk.ticket(one)["customer"]["id"] for one in open_]
    ready.stands("/v1/customers/{customer_id}", "customer_id", *customers)
    # What is drawn ("0") may have become another customer's by now, and then every change would be refused.
    ready.bodies["/v1/customers/{customer_id}"] = [
        {"external_id": f"fuzz-{n}", "email": f"fuzz-{n}@example.com", "phone": None} for n in range(200)
    ]
    # In turn somebody who is known, and a request that was never seen before.
    never_seen: Json = {"customer": {"id": None}, "external_id": None}
    no_files: Json = {"attachment_ids": []}
    ready.bodies["/v1/tickets"] = [{"customer": {"id": customers[0]}, **no_files}, {**never_seen, **no_files}]
    ready.bodies[f"{TICKET}/replies"] = [no_files]
    ready.bodies[f"{TICKET}/notes"] = [{"mentions": [agent["agent_id"]], **no_files}]
    ready.paths[f"{TICKET}/followers/{{agent_id}}"] = [{"ticket_id": one, **agent} for one in open_]
    eventually(lambda: all(desk.admin.http.get(f"/v1/suggestions/{one}").is_success for one in open_))


def _messages(desk: Desk, ready: Prepared) -> None:
    message = f"{TICKET}/messages/{{message_id}}"
    ticket = ready.paths[f"{TICKET}/notes"][0]
    file: Json = desk.admin.http.post("/v1/attachments", params={"name": "a.txt"}, content=b"hello").json()
    attached = {"text": "hello", "attachment_ids": [file["id"]]}
    notes = [desk.admin.post(f"/v1/tickets/{ticket['ticket_id']}/notes", body) for body in (attached, {"text": "a"})]
    for path in ("", "/versions", "/redact"):
        # The one with the file is not redacted: its link is asked for as well.
        ready.paths[message + path] = [{**ticket, "message_id": one["id"]} for one in notes[path == "/redact" :]]
    link: str = desk.admin.get(f"/v1/attachments/{file['id']}/link")["url"]
    ready.stands("/v1/attachments/{attachment_id}", "attachment_id", file["id"])
    ready.stands("/v1/attachments/{attachment_id}/link", "attachment_id", file["id"])
    ready.stands("/a/{token}", "token", link.rsplit("/", 1)[1])


def _opened(desk: Desk, agent: Json) -> str:
    ticket: str = desk.open("hello")["id"]
    # A new agent is known where the tickets are some moments later.
    eventually(lambda: desk.admin.http.post(f"/v1/tickets/{ticket}/assign", json=agent).is_success)
    return ticket


def _offers(desk: Desk, ready: Prepared) -> None:
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


def _answers(desk: Desk, ready: Prepared) -> None:
    tickets = [_opened(desk, ready.bodies[f"{TICKET}/assign"][0]) for _ in range(4)]
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


def _articles(desk: Desk, ready: Prepared) -> None:
    text = {"title": "Refunds", "body": "Within seven days.", "locale": "en"}
    drafts = [desk.admin.post("/v1/articles", text)["id"] for _ in range(2)]
    live = [desk.admin.post("/v1/articles", {**text, "publish": True})["id"] for _ in range(4)]
    article = "/v1/articles/{article_id}"
    ready.stands(article, "article_id", *live[:2])
    ready.stands(f"{article}/publish", "article_id", *drafts)
    ready.stands(f"{article}/archive", "article_id", *live[2:])
    ready.paths[f"{article}/revisions/{{number}}"] = [{"article_id": one, "number": 1} for one in live]
