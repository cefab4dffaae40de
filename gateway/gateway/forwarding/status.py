"""What is running: each service's readiness, asked at most every two seconds however many look."""

from __future__ import annotations

import asyncio
import time

import aiohttp

from common import telemetry
from common.http.problems import Unavailable
from gateway.forwarding.prefixes import services
from gateway.forwarding.schemas import ServiceStatus, Status
from gateway.forwarding.upstreams import Upstreams

_WITHIN = 1.5
_KEPT = 2.0


class Lookout:
    """Looks whether the services are ready."""

    def __init__(self, upstreams: Upstreams) -> None:
        self._upstreams = upstreams
        self._until = 0.0
        self._seen: list[ServiceStatus] = []
        self._one_at_a_time = asyncio.Lock()

    async def status(self, *, demo: bool) -> Status:
        """Every service and whether it is ready to serve; `demo` says whether the demo login is offered."""
        async with self._one_at_a_time:
            if time.monotonic() >= self._until:
                self._seen = list(await asyncio.gather(*map(self._look, services())))
                self._until = time.monotonic() + _KEPT
        return Status(services=[ServiceStatus(name="gateway", up=True), *self._seen], demo=demo)

    async def _look(self, service: str) -> ServiceStatus:
        try:
            async with asyncio.timeout(_WITHIN):
                answered, _ = await self._upstreams.get(service, "/readyz", within=_WITHIN)
        except (aiohttp.ClientError, TimeoutError, Unavailable) as error:
            telemetry.log.info("status.down", of=service, error=repr(error))
            return ServiceStatus(name=service, up=False)
        return ServiceStatus(name=service, up=answered == 200)
