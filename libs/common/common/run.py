"""Running a service: `ticket-svc api | worker | all | migrate [--wait]`, one image, several roles."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import NoReturn

import uvicorn
import uvloop
from fastapi import FastAPI
from pydantic import ValidationError

from common import telemetry, trace
from common.bus.open import UnknownBus, open_bus
from common.clock import SystemClock
from common.db import Database
from common.http.app import Platform, build_app
from common.http.cursors import Cursors
from common.http.identity import Verifier
from common.logs import start_logging
from common.made_of import Service
from common.migrate import migrate, wait_until_current
from common.runtime import Worker
from common.sampled import sampled
from common.settings import Settings
from common.spans import traced

ROLES = ("api", "worker", "all", "migrate")
_WAIT = ["migrate", "--wait"]
GRACE = 25.0
"""Seconds from SIGTERM until requests under way are broken off."""
_LOOK_EVERY = 0.05
_YOUNG = 20_000
"""Objects made and not yet freed after which the collector looks through the young ones; Python's own is 700."""


def main(service: Service, arguments: Sequence[str] | None = None) -> None:
    """The program: exits 0 after a stop that was asked for, 2 for a wrong call or configuration."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    if words != _WAIT and (len(words) != 1 or words[0] not in ROLES):
        _refuse(f"usage: {service.name} {' | '.join(ROLES)} [--wait]")
    try:
        settings = service.settings()
    except ValidationError as error:
        _refuse("\n".join(_configuration_errors(service, error)))
    if settings.telemetry != "on":
        trace.stop()
    if settings.telemetry == "off":
        telemetry.stop()
    version = telemetry.start(service.name)
    start_logging(service.name, settings.log_level, version)
    try:
        with traced(service.name, version), sampled(service.name, settings.profile):
            uvloop.run(_wait(service, settings) if words == _WAIT else _run(service, settings, words[0]))
    except UnknownBus as error:
        _refuse(str(error))


def _refuse(sentence: str) -> NoReturn:
    sys.stderr.write(sentence + "\n")
    raise SystemExit(2)


def _configuration_errors(service: Service, error: ValidationError) -> list[str]:
    fields = service.settings.model_fields
    prefix = str(service.settings.model_config.get("env_prefix", ""))
    # A field with a name of its own (an alias) is reported by that; the others have the prefix.
    own = {name for name in fields if fields[name].validation_alias is None}
    names = ["_".join(map(str, one["loc"])) for one in error.errors()]
    return [
        # What concerns no single field, as a file that cannot be read, says itself which variable it is.
        (f"{prefix + name if name in own else name}".upper() + ": " if name else "") + one["msg"]
        for name, one in zip(names, error.errors(), strict=True)
    ]


async def _wait(service: Service, settings: Settings) -> None:
    waiting = asyncio.current_task()
    assert waiting is not None
    # The first process of a container has no default action for signals: unheard, SIGTERM would cost the grace period.
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, waiting.cancel)
    database = Database(settings.database_url, pool_size=2)
    try:
        await wait_until_current(database, service.package)
    except asyncio.CancelledError:
        raise SystemExit(1) from None
    finally:
        await database.close()


async def _run(service: Service, settings: Settings, role: str) -> None:
    if role == "migrate":
        await migrate(settings.database_url, service.package)
        return
    service = service.under(settings)
    database = Database(settings.database_url, pool_size=settings.database_pool)
    platform = Platform(
        settings=settings,
        clock=SystemClock(),
        database=database,
        verifier=Verifier(settings.identity_public_key),
        cursors=Cursors(settings.signing_secret.get_secret_value()),
        package=service.package,
    )
    for state, count in (("in_use", lambda: database.in_use), ("idle", lambda: database.idle)):
        telemetry.DB_CONNECTIONS.labels(state).set_function(count)
    telemetry.DB_CONNECTIONS_MOST.set(settings.database_pool)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    bus = await open_bus(settings.bus)
    worker = None
    if role in ("worker", "all"):
        worker = Worker(
            name=service.name,
            owner=service.owner,
            database=database,
            bus=bus,
            clock=platform.clock,
            listens=service.listens,
            timers=service.timers,
            keeps=service.keeps,
            measures=service.measures,
        )
    # A worker has the same port for its health and metrics, but none of the routes.
    app = service.build(platform) if role != "worker" else build_app(service.name, platform, [])
    app.state.worker, app.state.for_the_bus = worker, role == "worker"
    app.state.bus = bus
    _spare_the_collector()
    try:
        await _serve(app, settings, platform, role, worker, stopping)
    finally:
        await bus.close()
        await database.close()


def _spare_the_collector() -> None:
    """Let the garbage collector look at what requests leave behind, and not at the program.

    Routes, models and compiled statements stay to the end; every full collection would walk through all of them. What
    lives for a request is freed by its last reference, so young objects are looked through less often, too.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 20, 20)


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling: stopping is decided here."""

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]  # a narrower kind of the same
        return nullcontext()


def shared_listener(settings: Settings) -> socket.socket:
    """A socket on the port of the settings that others of this user may have as well; not listening yet.

    The kernel deals new connections out to those that listen. One that dies is dealt none from that instant on; what
    it had not accepted yet is reset.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    shared = socket.socket(family, socket.SOCK_STREAM)
    try:
        shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        shared.bind((settings.host, settings.port))
    except OSError as error:
        shared.close()
        _refuse(f"KEFU_PORT={settings.port}: {error.strerror}")
    return shared


async def _linger(server: uvicorn.Server, seconds: float) -> float:
    """Go on serving while connections are open: each ends with its next answer. Answers the seconds that it took.

    A connection that is closed while its client sends the next request on it costs that request, so idle ones are left
    until their client lets them go.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    while server.server_state.connections and loop.time() - began < seconds:  # noqa: ASYNC110 uvicorn sends no word
        await asyncio.sleep(_LOOK_EVERY)
    return loop.time() - began


async def _serve(
    app: FastAPI, settings: Settings, platform: Platform, role: str, worker: Worker | None, stopping: asyncio.Event
) -> None:
    server = _Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_keep_alive=settings.keep_alive_seconds,
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[shared_listener(settings)] if settings.share_port else None))
    starting = asyncio.create_task(worker.start()) if worker else None
    stopped = asyncio.create_task(stopping.wait())
    await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
    platform.draining = True
    lingered = await _linger(server, 0 if role == "worker" or serving.done() else settings.linger_seconds)
    server.config.timeout_graceful_shutdown = max(1, round(GRACE - lingered))
    server.should_exit = True
    await serving
    if worker and starting:
        await asyncio.gather(starting, return_exceptions=True)
        await worker.stop()
    stopped.cancel()
