"""The whole platform on this machine: what starts before what, and stops after what."""

from __future__ import annotations

import importlib
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from common.embedded.kafka import Broker, CannotRunKafka
from common.embedded.ports import free_port, is_free
from common.embedded.postgres import Server, StartFailed
from kefu_local import plan, schema
from kefu_local.children import Children, end_leftovers, identity
from kefu_local.first_logins import make_first_people
from kefu_local.forked import fork
from kefu_local.keys import keys, login
from kefu_local.place import Place
from kefu_local.ready import answers_ready
from kefu_local.say import complain, say
from kefu_local.stop_signal import StopSignal

ADMIN_EMAIL = "admin@example.com"
_READY_WITHIN = 120.0
_DEATHS_AT_START = 3
_PATIENCE = 30.0


Part = TypeVar("Part", Server, Broker)


class CannotStart(Exception):
    """A part did not come up; the message ends with its last words."""


class Platform:
    """Postgres, perhaps Kafka, the services and the gateway, on one data folder that is already ours."""

    def __init__(self, place: Place, *, port: int, demo: bool, kafka: bool, stop_signal: StopSignal) -> None:
        self._place, self._port, self._demo, self._stop_signal = place, port, demo, stop_signal
        self.server = Server(place.postgres)
        self.broker = Broker(place.kafka) if kafka else None
        self.children = Children(place.logs, lambda alive: place.kept.update(children=alive), say)
        self.steps: list[tuple[str, float]] = []
        self.wanted: plan.Wanted | None = None
        self._revive_at = 0.0

    @property
    def url(self) -> str:
        """Where the gateway answers."""
        assert self.wanted is not None
        return plan.public_url(self.wanted)

    def start(self) -> None:
        """Bring everything up and wait until it is ready. Raises CannotStart or Stopped; then call `stop`."""
        self._end_leftovers()
        if self.broker:
            with self._step("Java"):
                _start(lambda broker: broker.start(wait=0), self.broker)  # it warms up while the rest starts
        with self._step("Postgres"):
            _start(Server.start, self.server)
        with self._step("libraries"):
            importlib.import_module("common.run")  # once, before the processes that share it begin
        with self._step("databases"):
            databases = {name: self.server.ensure_database(name, name) for name in plan.DATABASES}
            self.wanted = self._gather(databases)
        self._migrate(databases)
        if self.broker:
            with self._step("Kafka"):
                _start(lambda broker: broker.wait_ready(_READY_WITHIN), self.broker)
        with self._step("services"):
            for process in (*plan.services(self.wanted), plan.gateway(self.wanted)):
                self.children.start(process)
            self._until_ready()
        if not self._place.logins.read().get("made"):
            with self._step("logins"):
                make_first_people(self._port, self._place.logins)
        if self._demo:
            self.children.start(plan.demo(self.wanted, str(self._place.logins.path)))

    def watch(self) -> None:
        """Look after every part once: what has died is started again."""
        self.children.watch()
        for name, part in (("Postgres", self.server), ("Kafka", self.broker)):
            if part is not None and not part.alive and time.monotonic() >= self._revive_at:
                complain(f"{name} ended; its log: {part.log}")
                self._revive(name, part)

    def stop(self) -> None:
        """Stop all that runs: the door first, then the services, then what they stand on."""
        services = [name for name in self.children.names() if name in plan.SERVICES]
        before = [name for name in self.children.names() if name not in services]
        for names in (before, services):
            for name in self.children.stop(names, patience=_PATIENCE, hurry=self._stop_signal.again):
                complain(f"{name} did not stop by itself and was killed; nothing that was committed is lost.")
        if self.broker:
            self.broker.stop()
        self.server.stop()
        self._place.kept.update(children={}, supervisor={}, url="")

    def _gather(self, databases: dict[str, str]) -> plan.Wanted:
        bus = self.broker.url if self.broker else os.environ.get("KEFU_BUS") or databases[plan.BUS]
        ports = _ports(self._place.kept.read().get("ports", {}), self._port)
        wanted = plan.Wanted(
            ports=ports, databases=databases, bus=bus, keys=keys(self._place.keys, plan.MEMBERS),
            admin=login(self._place.logins, "admin", ADMIN_EMAIL), demo=self._demo, given=dict(os.environ),
        )  # fmt: skip
        supervisor = identity(os.getpid())
        self._place.kept.update(ports=ports, url=plan.public_url(wanted), supervisor=supervisor)
        return wanted

    def _migrate(self, databases: dict[str, str]) -> None:
        stamp, value = self.server.home / "migrated", schema.fingerprint(schema.folders())
        if schema.is_stamped(stamp, value):
            return
        with self._step("migrations"):
            migrate_all(databases, self._place.logs / "migrate.log", self._stop_signal)
        stamp.write_text(value)

    def _until_ready(self) -> None:
        assert self.wanted is not None
        waiting, until = dict(self.wanted.ports), time.monotonic() + _READY_WITHIN
        while waiting:
            self._stop_signal.pause(0.05)
            for name in self.children.watch():
                if self.children.deaths(name) >= _DEATHS_AT_START:
                    raise CannotStart(f"{name} does not start; its log is {self._place.logs / name}.log")
            waiting = {name: port for name, port in waiting.items() if not answers_ready(port)}
            if waiting and time.monotonic() > until:
                words = "\n".join(self.children.last_words(name) for name in waiting)
                raise CannotStart(f"Not ready after {_READY_WITHIN:g} s: {', '.join(waiting)}.\n{words}")

    def _end_leftovers(self) -> None:
        found = end_leftovers(self._place.kept.read().get("children", {}).values())
        if found:
            say(f"Ended {found} processes that an earlier run had to leave behind.")

    def _revive(self, name: str, part: Server | Broker) -> None:
        try:
            part.kill()  # lets go of what the dead one held
            part.start()
            complain(f"{name} runs again.")
        except (StartFailed, CannotRunKafka) as error:
            complain(str(error))
            self._revive_at = time.monotonic() + 5

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        self._stop_signal.check()
        started = time.monotonic()
        yield
        self.steps.append((name, time.monotonic() - started))
        say(f"  {name:<11} {self.steps[-1][1]:5.1f} s")
        self._stop_signal.check()


def migrate_all(databases: dict[str, str], log: Path, stop_signal: StopSignal) -> None:
    """Migrate every member's database in a process of its own. Raises CannotStart."""
    urls = {plan.module_of(member): databases[member] for member in plan.MEMBERS}
    log.unlink(missing_ok=True)
    environment = {"KEFU_MIGRATIONS": json.dumps(urls)}
    process = fork("migrate", "kefu_local.run_migrations", (), environment=environment, log=log)
    try:
        while process.poll() is None:
            stop_signal.pause(0.02)
    finally:
        process.terminate()
        code = process.wait()
    if code:
        raise CannotStart(f"A migration failed; nothing of it was kept.\n{log.read_text()[-3000:]}")


def _start(start: Callable[[Part], None], part: Part) -> None:
    try:
        start(part)
    except (StartFailed, CannotRunKafka) as error:
        raise CannotStart(str(error)) from error


def _ports(kept: dict[str, int], gateway: int) -> dict[str, int]:
    """The gateway's wanted port; for each service the port it had, or a free one where somebody has taken that."""
    ports = {plan.GATEWAY: gateway}
    for name in plan.SERVICES:
        port = int(kept.get(name, 0))
        while not port or port in ports.values() or not is_free(port):
            port = free_port()
        ports[name] = port
    return ports
