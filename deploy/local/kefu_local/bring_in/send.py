"""Sending rows to the API, several at a time, each until it is answered for good."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from kefu_local.bring_in.answer import Meaning, meaning, pause, reason

_GIVE_UP = 300.0
"""Seconds for which a row may be answered "later" before the whole import stops."""


class Interrupted(Exception):
    """The platform is away, or does not let us in; the rows not yet sent wait for the next run."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A row as it will be sent."""

    line: int
    body: dict[str, Any]

    @property
    def external_id(self) -> str:
        """The id that makes sending it twice harmless."""
        return str(self.body["external_id"])


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a row; the reason when it was refused."""

    row: Ready
    meaning: Meaning
    why: str = ""


class Sender:
    """Posts rows of one kind to one platform."""

    def __init__(self, client: httpx.AsyncClient, path: str) -> None:
        self._client, self._path = client, path

    async def send(self, row: Ready) -> Sent:
        """Post a row, waiting out what passes: lost connections, 429, 5xx. Raises Interrupted after five minutes."""
        content = json.dumps(row.body, ensure_ascii=False).encode()
        # The key names the row and what it says: the same row again is the same request, a changed row another one.
        headers = {"idempotency-key": hashlib.sha256(content).hexdigest(), "content-type": "application/json"}
        until, attempt = time.monotonic() + _GIVE_UP, 0
        while True:
            verdict, why, retry_after = await self._once(content, headers)
            if verdict is Meaning.NOT_ALLOWED:
                raise Interrupted(f"The platform refuses us: {why}")
            if verdict is not Meaning.LATER:
                return Sent(row, verdict, why)
            if time.monotonic() > until:
                raise Interrupted(f"The platform did not take line {row.line} for {_GIVE_UP:g} s: {why}")
            await asyncio.sleep(pause(attempt, retry_after, datetime.now(UTC)))
            attempt += 1

    async def _once(self, content: bytes, headers: dict[str, str]) -> tuple[Meaning, str, str | None]:
        try:
            answer = await self._client.post(self._path, content=content, headers=headers)
        except httpx.TransportError as error:
            return Meaning.LATER, f"{type(error).__name__}: {error}", None
        problem = _document(answer)
        verdict = meaning(answer.status_code, problem, replayed="idempotent-replayed" in answer.headers)
        return verdict, reason(answer.status_code, problem), answer.headers.get("retry-after")


async def send_all(sender: Sender, rows: Iterable[Ready], *, concurrency: int, done: Any) -> None:
    """Send all rows, `concurrency` at a time, in about their order; `done` is called with each Sent.

    The first Interrupted ends it: what is under way is finished, nothing new is begun.
    """
    source = iter(rows)

    async def worker() -> None:
        for row in source:
            done(await sender.send(row))

    workers = [asyncio.create_task(worker()) for _ in range(concurrency)]
    try:
        await asyncio.gather(*workers)
    except BaseException:
        for one in workers:
            one.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        raise


@asynccontextmanager
async def entered(
    url: str,
    *,
    key: str | None,
    login: tuple[str, str] | None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> AsyncIterator[httpx.AsyncClient]:
    """A client that the platform knows: by API key, or logged in. Raises Interrupted when it is not let in."""
    headers = {"authorization": f"Bearer {key}"} if key else {"x-kefu-csrf": "1"}
    async with httpx.AsyncClient(
        base_url=url, headers=headers, timeout=30, trust_env=False, transport=transport
    ) as client:
        if key is None and login is not None:
            await _log_in(client, *login)
        yield client


async def _log_in(client: httpx.AsyncClient, email: str, password: str) -> None:
    try:
        answer = await client.post("/v1/login", json={"email": email, "password": password})
    except httpx.TransportError as error:
        raise Interrupted(f"Nothing answers at {client.base_url} ({error}); is Kefu running?") from error
    if answer.status_code >= 400:
        raise Interrupted(f"The login of {email} was refused: {reason(answer.status_code, _document(answer))}")


def _document(answer: httpx.Response) -> dict[str, Any]:
    try:
        content = answer.json()
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
