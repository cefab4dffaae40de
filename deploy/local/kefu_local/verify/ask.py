"""Asking the platform for something until its fate is known, or as often as the client cares to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from kefu_local.bring_in.answer import pause
from kefu_local.verify.answers import Fate, fate, merged_before, resolved_before
from kefu_local.verify.history import Call, History

GIVE_UP = 180.0
"""Seconds after which a client that insists gives up: its call stays unknown."""
_TIMEOUT = 40.0
_LONGEST_PAUSE = 3.0


@dataclass(frozen=True, slots=True)
class Wish:
    """A request, and whether it is sent again when its fate is in doubt."""

    method: str
    path: str
    body: Mapping[str, Any]
    headers: Mapping[str, str]
    insist: bool = True


def connect(url: str, connections: int, headers: Mapping[str, str]) -> httpx.AsyncClient:
    """A client for `connections` requests at a time."""

    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(limit=connections, keepalive_timeout=4.0)
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    transport = AiohttpTransport(client=session)
    return httpx.AsyncClient(
        base_url=url, headers=dict(headers), timeout=_TIMEOUT, trust_env=False, transport=transport
    )


class Asking:
    """Sends calls and notes in the history what became of them."""

    def __init__(self, http: httpx.AsyncClient, history: History, give_up: float = GIVE_UP) -> None:
        self.http, self.history, self._give_up = http, history, give_up

    async def ask(self, call: Call, wish: Wish) -> dict[str, Any]:
        """Make the call; its state says what is known in the end. Answers the document of an acknowledged one."""
        self.history.note(call)
        until, in_doubt = time.monotonic() + self._give_up, False
        while True:
            call.attempts += 1
            found, document, wait = await self._once(call, wish)
            in_doubt = in_doubt or found is Fate.DOUBT
            if found in (Fate.DONE, Fate.REFUSED) or time.monotonic() > until or (in_doubt and not wish.insist):
                break
            await asyncio.sleep(min(wait, _LONGEST_PAUSE))
        self._settle(call, found, document, in_doubt=in_doubt)
        return document if call.state == "ok" else {}

    async def look(self, path: str) -> httpx.Response | None:
        """A GET that changes nothing; None when it was not answered well."""
        try:
            answer = await self.http.get(path)
        except httpx.HTTPError:
            return None
        return answer if answer.is_success else None

    async def _once(self, call: Call, wish: Wish) -> tuple[Fate, dict[str, Any], float]:
        now = datetime.now(UTC)
        try:
            answer = await self.http.request(wish.method, wish.path, json=wish.body, headers=dict(wish.headers))
        except httpx.ConnectError:
            call.faults += 1
            return Fate.LATER, {}, pause(call.attempts - 1, None, now)
        except httpx.HTTPError:
            call.faults += 1
            return Fate.DOUBT, {}, pause(call.attempts - 1, None, now)
        call.status, call.trace = answer.status_code, answer.headers.get("trace-id", "")
        call.faults += answer.status_code >= 500
        document = _document(answer)
        wait = pause(call.attempts - 1, answer.headers.get("retry-after"), now)
        return fate(answer.status_code, document, answer.headers), document, wait

    def _settle(self, call: Call, found: Fate, document: dict[str, Any], *, in_doubt: bool) -> None:
        if found is Fate.DONE or (found is Fate.REFUSED and in_doubt and _did_it(call, document)):
            call.state = "ok"
        else:
            call.state = "unknown" if in_doubt else "failed"
        if call.kind in ("open", "split") and call.state == "ok":
            call.ticket, call.number = str(document["id"]), int(document["number"])
        if call.kind == "bulk" and call.state == "ok":
            call.did = [str(one["ticket_id"]) for one in document["results"] if one["status"] == 200]
        call.ended = time.time()
        self.history.note(call)


def _did_it(call: Call, problem: dict[str, Any]) -> bool:
    """Whether an earlier attempt of this call, which was in doubt, is why this one was refused."""
    if call.kind == "merge":
        return merged_before(problem, call.other)
    return call.kind == "resolve" and resolved_before(problem)


def _document(answer: httpx.Response) -> dict[str, Any]:
    try:
        content = answer.json()
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
