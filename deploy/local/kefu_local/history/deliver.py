"""Sending tickets to the API, a hundred at a time: each has its own answer, and a bad one holds none back."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from kefu_local.bring_in.answer import Meaning, meaning, pause, reason
from kefu_local.bring_in.send import Interrupted

MOST = 100
MOST_BYTES = 3_000_000
GIVE_UP = 300.0
"""Seconds for which a request may be answered "later" before the whole import stops."""

_PLACE = re.compile(r"^/tickets/(\d+)(/.*)?$")


@dataclass(frozen=True, slots=True)
class Past:
    """A ticket as it will be sent, and the line it stands in."""

    line: int
    body: Mapping[str, Any]
    size: int


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a ticket, and why it was refused."""

    line: int
    meaning: Meaning
    why: str = ""


def past(line: int, body: Mapping[str, Any]) -> Past:
    """A ticket ready to be sent."""
    return Past(line, body, len(json.dumps(body, ensure_ascii=False).encode()))


def is_full(batch: Sequence[Past], more: Past) -> bool:
    """Whether `more` goes into the next batch; one that is larger than any goes alone."""
    return bool(batch) and (len(batch) >= MOST or sum(one.size for one in batch) + more.size > MOST_BYTES)


async def deliver(client: httpx.AsyncClient, batch: Sequence[Past]) -> AsyncIterator[Result]:
    """Send a batch until each of its tickets is answered for good. Raises Interrupted."""
    left = list(batch)
    while left:
        answer = await ask(client, "/v1/tickets/import", {"tickets": [one.body for one in left]})
        document = answer.json()
        if answer.status_code == 200:
            for one, result in zip(left, document["results"], strict=True):
                yield _result(one, result)
            return
        # The form of some is wrong, and so the whole was refused: they are named, and the rest goes on.
        wrong = _wrong(document, len(left))
        for place, why in wrong.items():
            yield Result(left[place].line, Meaning.BAD, why)
        left = [one for place, one in enumerate(left) if place not in wrong]


def _result(one: Past, result: Mapping[str, Any]) -> Result:
    status, problem = int(result["status"]), result["problem"]
    return Result(one.line, meaning(status, {}) if status < 300 else Meaning.BAD, reason(status, problem or {}))


def _wrong(document: Mapping[str, Any], count: int) -> dict[int, str]:
    found: dict[int, list[str]] = {}
    for error in document.get("errors") or []:
        place = _PLACE.match(str(error.get("pointer", "")))
        if place and int(place[1]) < count:
            found.setdefault(int(place[1]), []).append(f"{place[2] or ''}: {error.get('detail', '')}")
    if not found:
        why = reason(int(document.get("status", 0)), document)
        return dict.fromkeys(range(count), why)
    return {place: "; ".join(whys) for place, whys in found.items()}


async def ask(client: httpx.AsyncClient, path: str, body: Mapping[str, Any]) -> httpx.Response:
    """Post, waiting out what passes: lost connections, 429, 5xx. Raises Interrupted, also when we are not let in."""
    content = json.dumps(body, ensure_ascii=False).encode()
    # Without an Idempotency-Key: what is known by its external_id is left as it is, and the answer says so.
    headers = {"content-type": "application/json"}
    until, attempt = time.monotonic() + GIVE_UP, 0
    while True:
        retry_after, why = None, ""
        try:
            answer = await client.post(path, content=content, headers=headers)
        except httpx.TransportError as error:
            why = f"{type(error).__name__}: {error}"
        else:
            problem = answer.json() if answer.status_code >= 400 else {}
            verdict, why = meaning(answer.status_code, problem), reason(answer.status_code, problem)
            if verdict is Meaning.NOT_ALLOWED:
                raise Interrupted(f"The platform refuses us: {why}")
            if verdict is not Meaning.LATER:
                return answer
            retry_after = answer.headers.get("retry-after")
        if time.monotonic() > until:
            raise Interrupted(f"The platform did not take it for {GIVE_UP:g} s: {why}")
        await asyncio.sleep(pause(attempt, retry_after, datetime.now(UTC)))
        attempt += 1
