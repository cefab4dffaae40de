"""What happens next in the demo: chances and words, drawn from a random source that is passed in. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from kefu_local.demo.people import BUYERS
from kefu_local.demo.requests import CLOSING, COMMENTS, GREETING, HURRY, MORE, QUOTED, REQUESTS, UNQUOTED

BRISK = 300
"""After so many tickets the shop calms down."""

_CHANNELS = ("web", "email", "chat", "wechat")
_EXCERPT = 400


@dataclass(frozen=True, slots=True)
class Handling:
    """How one ticket goes: who thinks how long (seconds), and what comes after the answer."""

    thinking: float
    declines: bool
    asks_back: bool
    resolving: float
    answers_survey: bool


def next_ticket(draw: Random, number: int) -> dict[str, Any]:
    """The body of the `number`-th ticket."""
    buyer = draw.choice(BUYERS)
    topic = draw.choice(sorted({topic for topic, _ in REQUESTS}))
    text = draw.choice(REQUESTS[topic, buyer.language]).format(order=f"K{draw.randrange(10**7, 10**8)}")
    hurried = draw.random() < 0.12
    customer = {"name": buyer.name, "email": buyer.email, "language": buyer.language}
    return {
        "text": f"{text}\n{HURRY[buyer.language]}" if hurried else text,
        "customer": customer,
        "channel": draw.choice(_CHANNELS),
        "priority": "urgent" if hurried else draw.choice(("normal", "normal", "normal", "high", "low")),
        "topic": topic,
        "external_id": f"demo:ticket:{number}",
    }


def pause_between(draw: Random, opened: int) -> float:
    """Seconds until the next ticket: two to four, and a minute or so once the shop is full."""
    return draw.uniform(2, 4) if opened < BRISK else draw.uniform(40, 80)


def handling(draw: Random) -> Handling:
    """How an agent and the customer go on with a ticket."""
    return Handling(
        thinking=draw.uniform(1.5, 5),
        declines=draw.random() < 0.05,
        asks_back=draw.random() < 0.35,
        resolving=draw.uniform(3, 12),
        answers_survey=draw.random() < 0.7,
    )


def reply(language: str, name: str, article: dict[str, Any] | None) -> str:
    """An agent's first answer: the suggested article in excerpt, where there is one."""
    greeting = GREETING[language].format(name=name)
    if article is None:
        return f"{greeting}\n{UNQUOTED[language]}"
    return f"{greeting}\n{QUOTED[language].format(title=article['title'], text=excerpt(article['body']))}"


def excerpt(body: str) -> str:
    """The first paragraphs of an article that fit into an answer, at least one."""
    taken, *rest = body.split("\n")
    for paragraph in rest:
        if len(taken) + len(paragraph) > _EXCERPT:
            break
        taken += f"\n{paragraph}"
    return taken


def asked_back(draw: Random, language: str) -> str:
    """What the customer writes after an answer."""
    return draw.choice(MORE[language])


def closing(language: str) -> str:
    """An agent's last words."""
    return CLOSING[language]


def opinion(draw: Random, language: str) -> dict[str, Any]:
    """A survey's answer: mostly content, one in six not."""
    score = draw.choices((5, 4, 3, 2, 1), weights=(45, 28, 11, 9, 7))[0]
    comment = draw.choice(COMMENTS[language, score >= 4])
    return {"score": score} | ({"comment": comment} if comment else {})
