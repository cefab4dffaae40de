"""What is asked of the platform: each operation as a method, a path and a body. Pure but for the random source."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from kefu_local.demo.requests import REQUESTS

KNOWN_CUSTOMERS = 200
TOPICS = sorted({topic for topic, _ in REQUESTS})

_QUESTIONS = [text.format(order="K1024")[:60] for texts in REQUESTS.values() for text in texts]
_MORE = "我再补充一下：订单今天还是没有更新，请尽快回复，谢谢。"


@dataclass(frozen=True, slots=True)
class Ask:
    """One HTTP request."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None


@dataclass(slots=True)
class Material:
    """What requests are made of: a random source, and tickets that stand."""

    draw: Random
    ids: Sequence[Any] = ()
    asked: int = 0


def create(material: Material) -> Ask:
    """A ticket of somebody new."""
    return _ticket(material.draw, f"{material.draw.getrandbits(64):016x}@bench.example.com")


def create_known(material: Material) -> Ask:
    """A ticket of one of a few hundred customers who have asked before."""
    return _ticket(material.draw, known(material.draw.randrange(KNOWN_CUSTOMERS)))


def known(number: int) -> str:
    """The address of a customer who asks again and again."""
    return f"known{number}@bench.example.com"


def reply(material: Material) -> Ask:
    """One more message of the customer, each to the next ticket."""
    material.asked += 1
    ticket = material.ids[material.asked % len(material.ids)]
    return Ask("POST", f"/v1/tickets/{ticket}/replies", {"text": _MORE, "author": "customer"})


def get(material: Material) -> Ask:
    """One ticket."""
    return Ask("GET", f"/v1/tickets/{material.draw.choice(material.ids)}")


def newest(material: Material) -> Ask:  # noqa: ARG001  # every operation is made in the same way
    """The newest fifty tickets."""
    return Ask("GET", "/v1/tickets?limit=50")


def filtered(material: Material) -> Ask:
    """The newest fifty tickets of a topic."""
    return Ask("GET", f"/v1/tickets?limit=50&topic={material.draw.choice(TOPICS)}")


def search(material: Material) -> Ask:
    """Ten articles for a question, as an agent would type it."""
    return Ask("GET", f"/v1/search?limit=10&q={quote(material.draw.choice(_QUESTIONS))}")


OPS: Mapping[str, Callable[[Material], Ask]] = MappingProxyType(
    {
        "create": create,
        "create-known": create_known,
        "get": get,
        "list": newest,
        "filter": filtered,
        "search": search,
        "reply": reply,
    }
)
"""Every operation that is measured, by its name on the command line."""

WRITES = frozenset({"create", "create-known", "reply"})


def _ticket(draw: Random, email: str) -> Ask:
    topic, language = draw.choice(list(REQUESTS))
    text = draw.choice(REQUESTS[topic, language]).format(order=f"K{draw.randrange(10**7, 10**8)}")
    customer = {"name": "王芳" if language == "zh" else "Olivia Brown", "email": email}
    return Ask("POST", "/v1/tickets", {"text": text, "customer": customer, "channel": "web", "topic": topic})
