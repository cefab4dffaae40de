"""A service centre to measure: agents of several skills who take what they are given, and a knowledge base."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from itertools import combinations
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from kefu_local.demo.articles import articles
from kefu_local.demo.people import SKILLS
from kefu_local.first_logins import Door
from kefu_local.place import Place
from kefu_local.refused import Refused

AGENTS = 96
CAPACITY = 100
ARTICLES = 200

VIEWS: dict[str, list[dict[str, Any]]] = {
    "urgent work of a topic": [
        {"field": "status", "operator": "in", "value": ["new", "open"]},
        {"field": "priority", "operator": "in", "value": ["high", "urgent"]},
        {"field": "topic", "operator": "is", "value": "refund"},
    ],
    "e-mails that were closed": [
        {"field": "status", "operator": "is", "value": "closed"},
        {"field": "channel", "operator": "is", "value": "email"},
        {"field": "language", "operator": "is", "value": "zh"},
    ],
}
"""Views of three conditions each: of few tickets, and of very many."""
_NO_VIEWS: Mapping[str, list[dict[str, Any]]] = MappingProxyType({})

_PRODUCTS = ("耳机", "手机", "平板", "键盘", "台灯", "水杯", "背包", "运动鞋", "外套", "相机", "音箱", "手表", "充电宝")


def furnish(place: Place, port: int, views: Mapping[str, list[dict[str, Any]]] = _NO_VIEWS) -> str:
    """Hire the agents, write the articles, and answer an API key for the channel that speaks for customers."""
    door = Door(port)
    admin = place.logins.read()["admin"]
    if not door.enter(admin["email"], admin["password"]):
        raise Refused("The gateway of the platform to be measured did not let its own admin in.")
    for skill, topics in SKILLS.items():
        _must(door, "PUT", f"/v1/skills/{skill}", {"topics": topics})
    for agent in agents():
        agent_id = uuid4()
        _must(door, "PUT", f"/v1/agents/{agent_id}", agent)
        _must(door, "PUT", f"/v1/agents/{agent_id}/presence", {"presence": "online"})
    for article in knowledge():
        _must(door, "POST", "/v1/articles", article)
    for name, terms in views.items():
        _must(door, "POST", "/v1/views", {"name": name, "conditions": {"all": terms}, "shared": "everyone"})
    key = _must(door, "POST", "/v1/keys", {"name": f"bench-{secrets.token_hex(4)}", "role": "integration"})
    return str(key["token"])


def agents() -> list[dict[str, Any]]:
    """Both languages and two of the skills each, in turn; whatever is offered is accepted at once."""
    pairs = list(combinations(SKILLS, 2))
    return [
        {
            "name": f"坐席 {number:03d}",
            "skills": {"lang:zh": 5, "lang:en": 3, **dict.fromkeys(pairs[number % len(pairs)], 1 + number % 5)},
            "capacity": CAPACITY,
            "auto_accept": True,
        }
        for number in range(AGENTS)
    ]


def knowledge() -> list[dict[str, Any]]:
    """The demo's articles, once for each product until there are ARTICLES of them."""
    found: list[dict[str, Any]] = []
    for product in ("", *_PRODUCTS, *(f"{product} Pro" for product in _PRODUCTS)):
        for article in articles():
            title = f"{product}: {article['title']}" if product else article["title"]
            found.append({**article, "title": title, "external_id": f"{article['external_id']}:{product}"})
    return found[:ARTICLES]


def _must(door: Door, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    status, answer = door.ask(method, path, body)
    if not 200 <= status < 300:
        raise Refused(f"{method} {path} was answered {status}: {answer}")
    return answer
