"""Building a service's HTTP door: its routers, problem documents, health and metrics."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import orjson
from fastapi import APIRouter, FastAPI, Request
from fastapi.telemetry import TelemetryConfig
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import Response
from starlette.types import ASGIApp

from common import telemetry
from common.clock import Clock
from common.db import Database, DatabaseAway
from common.http import problems
from common.http.admission import Admission
from common.http.asgi import Bounded, Observed
from common.http.cursors import Cursors
from common.http.describe import put_right
from common.http.draining import Draining
from common.http.identity import Verifier
from common.migrate import standing
from common.settings import Settings

_NO_TELEMETRY: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}


@dataclass
class Platform:
    """What a process of a service holds, and its routes find as `request.app.state.platform`."""

    settings: Settings
    clock: Clock
    database: Database
    verifier: Verifier
    cursors: Cursors
    package: str
    draining: bool = False
    _ready_until: float = field(default=0.0, init=False)

    async def obstacle(self) -> str | None:
        """Why no request can be served: own database and schema, nobody else's. That none is, is remembered for 2 s."""
        if self.draining:
            return "The process is about to stop."
        if time.monotonic() < self._ready_until:
            return None
        try:
            async with self.database.reading() as db:
                found = await standing(db, self.package)
        except DatabaseAway:
            return "The database does not answer."
        for of, (at, needed) in found.versions.items():
            telemetry.SCHEMA_VERSION.labels(of).set(at)
            telemetry.SCHEMA_NEEDED.labels(of).set(needed)
        if found.reason is None:
            self._ready_until = time.monotonic() + 2
        return found.reason


class Door(FastAPI):
    """A FastAPI application with our layers outermost: every refusal is a problem document with its trace id."""

    def build_middleware_stack(self) -> ASGIApp:
        settings: Settings = self.state.platform.settings
        inner = Bounded(super().build_middleware_stack(), settings.max_body_bytes, self.state.larger_bodies)
        admission = Admission(inner, settings.max_in_work, uncounted=self.state.long_lived)
        outer = admission if settings.telemetry == "off" else Observed(admission)
        return Draining(outer, lambda: self.state.platform.draining)

    def openapi(self) -> dict[str, Any]:
        return put_right(super().openapi())


def build_app(
    title: str,
    platform: Platform,
    routers: Sequence[APIRouter],
    *,
    long_lived: Collection[str] = (),
    larger_bodies: Mapping[str, int] = MappingProxyType({}),
    **options: Any,
) -> FastAPI:
    """The FastAPI application of a service.

    The answers under the paths in `long_lived` go on, and take no place. `larger_bodies` has the limits, in bytes, of
    the few routes that have their own: `POST /v1/files`.
    """
    app = Door(
        title=title,
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        # Ours are enough, and its spans would tell the words of exceptions.
        telemetry=_NO_TELEMETRY,
        **options,
    )
    app.state.platform, app.state.long_lived, app.state.larger_bodies = platform, long_lived, larger_bodies
    problems.install(app)
    for router in routers:
        app.include_router(router)
    app.add_route("/livez", _livez, include_in_schema=False)
    app.add_route("/readyz", _readyz, include_in_schema=False)
    app.add_route("/metrics", _metrics, include_in_schema=False)
    return app


async def _livez(_request: Request) -> Response:
    return Response(b'{"live":true}', media_type="application/json")


async def _readyz(request: Request) -> Response:
    state = request.app.state
    own = await state.platform.obstacle()
    worker = getattr(state, "worker", None)
    stuck = worker.obstacle if worker else None
    # Where it shares the process with the API, a bus that is away must not keep requests out: the outbox waits.
    away = worker.bus_obstacle if worker and getattr(state, "for_the_bus", False) else None
    reasons = [reason for reason in (own, stuck, away) if reason]
    body: dict[str, Any] = {"ready": own is None, "worker": not (stuck or away)}
    body |= {"reasons": reasons} if reasons else {}
    return Response(orjson.dumps(body), 503 if reasons else 200, media_type="application/json")


async def _metrics(_request: Request) -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
