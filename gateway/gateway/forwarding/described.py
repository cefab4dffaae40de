"""The merged OpenAPI document: asked of the services, kept for half a minute, and without those that are away."""

from __future__ import annotations

import asyncio
import time

import aiohttp
import orjson

from common import telemetry
from common.http.problems import Unavailable
from gateway.forwarding.merge import Document, merge
from gateway.forwarding.prefixes import services
from gateway.forwarding.upstreams import Upstreams

_WITHIN = 5.0
_FRESH, _AGAIN = 30.0, 2.0
"""Seconds for which a complete document is kept, and one with a service missing."""


class Described:
    """The platform's API, described."""

    def __init__(self, upstreams: Upstreams) -> None:
        self._upstreams = upstreams
        self._last: dict[str, Document] = {}
        self._until, self._merged = 0.0, b""
        self._one_at_a_time = asyncio.Lock()

    async def document(self, own: Document) -> bytes:
        """The merged document as JSON. A service that is away is shown as it was last seen, if it ever was."""
        async with self._one_at_a_time:
            if time.monotonic() >= self._until:
                answered = await asyncio.gather(*map(self._ask, services()))
                self._merged = orjson.dumps(merge(own, {name: self._last.get(name) for name in services()}))
                self._until = time.monotonic() + (_FRESH if all(answered) else _AGAIN)
        return self._merged

    async def _ask(self, service: str) -> bool:
        try:
            async with asyncio.timeout(_WITHIN):
                _, found = await self._upstreams.get(service, "/openapi.json", within=_WITHIN)
            self._last[service] = orjson.loads(found)
        except (aiohttp.ClientError, TimeoutError, Unavailable, orjson.JSONDecodeError) as error:
            telemetry.log.warning("openapi.missing", of=service, error=repr(error))
            return False
        return True
