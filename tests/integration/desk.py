"""A service desk on a running platform: its people and what they do, over the REST API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import httpx

from integration.running import Running, eventually

Json = dict[str, Any]


class Person:
    """Somebody who is logged in, or a program with an API key."""

    def __init__(self, url: str, *, headers: dict[str, str] | None = None) -> None:
        self.http = httpx.Client(base_url=url, timeout=30, headers={"x-kefu-csrf": "1", **(headers or {})})
        self.id = ""

    def get(self, path: str, **params: Any) -> Json:
        """The JSON answer of a GET that must succeed."""
        return self._ok(self.http.get(path, params=params))

    def post(self, path: str, body: Json | None = None, **headers: str) -> Json:
        """The JSON answer of a POST that must succeed."""
        return self._ok(self.http.post(path, json=body if body is not None else {}, headers=headers))

    def put(self, path: str, body: Json) -> Json:
        """The JSON answer of a PUT that must succeed."""
        return self._ok(self.http.put(path, json=body))

    def all(self, path: str, **params: Any) -> list[Json]:
        """Every item of a list, over all its pages."""
        items: list[Json] = []
        page = self.get(path, limit=200, **params)
        items += page["items"]
        while page["next_cursor"]:
            page = self.get(path, limit=200, cursor=page["next_cursor"], **params)
            items += page["items"]
        return items

    def _ok(self, answer: httpx.Response) -> Json:
        assert answer.is_success, f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else {}


class Desk:
    """The desk: an administrator, agents hired as needed, and a channel that speaks for customers."""

    def __init__(self, platform: Running) -> None:
        self.platform = platform
        self._people: list[Person] = []
        self.admin = self.person(**platform.login())
        key = self.admin.post(
            "/v1/keys", {"name": f"channel-{uuid4().hex[:8]}", "role": "integration", "scopes": ["*"]}
        )
        self.channel = Person(platform.url, headers={"authorization": f"Bearer {key['token']}"})
        self._people.append(self.channel)

    def close(self) -> None:
        """Everybody goes home."""
        for person in self._people:
            person.http.close()

    def program(self, name: str, role: str = "integration") -> Person:
        """A program with an API key of its own."""
        key = self.admin.post("/v1/keys", {"name": f"{name}-{uuid4().hex[:8]}", "role": role})
        program = Person(self.platform.url, headers={"authorization": f"Bearer {key['token']}"})
        program.id = key["id"]
        self._people.append(program)
        return program

    def person(self, email: str, password: str) -> Person:
        """Log somebody in."""
        person = Person(self.platform.url)
        self._people.append(person)
        person.id = person.post("/v1/login", {"email": email, "password": password})["user"]["id"]
        return person

    def hire(self, name: str, skills: dict[str, int], *, capacity: int = 5, auto_accept: bool = False) -> Person:
        """An agent with these skills, online."""
        email, password = f"{uuid4().hex[:12]}@example.com", uuid4().hex
        self.admin.post(
            "/v1/users", {"email": email, "password": password, "name": name, "role": "agent", "language": "zh"}
        )
        agent = self.person(email, password)
        profile = {"name": name, "skills": skills, "capacity": capacity, "auto_accept": auto_accept}
        self.admin.put(f"/v1/agents/{agent.id}", profile)
        agent.put(f"/v1/agents/{agent.id}/presence", {"presence": "online"})
        return agent

    def open(self, text: str, **fields: Any) -> Json:
        """A customer's request."""
        customer = fields.pop("customer", {"name": "王芳", "email": f"{uuid4().hex[:8]}@example.com"})
        return self.channel.post("/v1/tickets", {"text": text, "customer": customer, **fields})

    def ticket(self, ticket_id: str) -> Json:
        """The ticket as it stands."""
        return self.admin.get(f"/v1/tickets/{ticket_id}")

    def work_item(self, ticket_id: str, state: str) -> Json | None:
        """The ticket as work, if it is known as such and in this state."""
        answer = self.admin.http.get(f"/v1/work-items/{ticket_id}")
        found: Json | None = answer.json() if answer.status_code == 200 else None
        return found if found and found["state"] == state else None

    def suggestions(self, ticket_id: str) -> list[Json]:
        """The articles suggested for the ticket; none as long as nobody looked."""
        answer = self.admin.http.get(f"/v1/suggestions/{ticket_id}")
        return answer.json()["articles"] if answer.status_code == 200 else []

    def offer_to(self, agent: Person, ticket_id: str) -> Json:
        """The open offer of this ticket to this agent, once it is made."""
        found: Json = eventually(
            lambda: next(
                (
                    offer
                    for offer in agent.all("/v1/offers", agent_id=agent.id, state="open")
                    if offer["ticket_id"] == ticket_id
                ),
                None,
            )
        )
        return found

    def trail(self, ticket_id: str) -> list[str]:
        """The types of what happened to the ticket, oldest first."""
        return [entry["type"] for entry in self.admin.all(f"/v1/tickets/{ticket_id}/events")]


@contextmanager
def at_work(platform: Running) -> Iterator[Desk]:
    """A desk for the length of a block; whatever happens in it, everybody goes home."""
    desk = Desk(platform)
    try:
        yield desk
    finally:
        desk.close()
