"""The whole platform on this machine: what starts before what, and stops after what."""

from __future__ import annotations

import importlib
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from common.embedded.kafka import CannotRunKafka
from common.embedded.kafka_cluster import Cluster
from common.embedded.postgres import Server, StartFailed
from kefu_local import plan, schema
from kefu_local.children import Children, end_leftovers, identity
from kefu_local.choose_ports import choose_ports
from kefu_local.first_logins import make_first_people
from kefu_local.forked import fork
from kefu_local.keys import keys, login
from kefu_local.place import Place
from kefu_local.ready import answers_ready
from kefu_local.revive import Standing
from kefu_local.say import complain, say
from kefu_local.stop_signal import StopSignal

ADMIN_EMAIL = "admin@example.com"
_READY_WITHIN = 120.0
_DEATHS_AT_START = 3
_PATIENCE = 30.0
_CONNECTIONS = 200
_CONNECTIONS_OF_A_COPY = 60
"""What one more process of each role of each service may hold open at most, buses and relays with it."""


class CannotStart(Exception):
    """A part did not come up; the message ends with its last words."""


class Platform:
    """Postgres, perhaps Kafka, the services and the gateway, on one data folder that is already ours."""

    def __init__(
        self, place: Place, *, port: int, demo: bool, brokers: int = 0, copies: int = 0, stop_signal: StopSignal
    ) -> None:
        """`brokers` 0: the bus is in Postgres. `copies` 0: each service is one process with both of its roles."""
        self._place, self._port, self._demo, self._stop_signal = place, port, demo, stop_signal
        self.server = Server(place.postgres, options={"max_connections": str(_connections(copies))})
        self.cluster = Cluster(place.kafka, size=brokers) if brokers else None
        self._copies = plan.copies_of_each(copies) if copies else {}
        self.children = Children(place.logs, lambda alive: place.kept.update(children=alive), say)
        self.steps: list[tuple[str, float]] = []
        self.wanted: plan.Wanted | None = None
        self._standing: list[Standing] = []

    @property
    def url(self) -> str:
        """Where the gateway answers."""
        assert self.wanted is not None
        return plan.public_url(self.wanted)

    def start(self) -> None:
        """Bring everything up and wait until it is ready. Raises CannotStart or Stopped; then call `stop`."""
        self._end_leftovers()
        if self.cluster:
            with self._step("Java"):
                _start(self.cluster.start)  # it warms up while the rest starts
        with self._step("Postgres"):
            _start(self.server.start)
        with self._step("libraries"):
            importlib.import_module("common.run")  # once, before the processes that share it begin
        with self._step("databases"):
            databases = {name: self.server.ensure_database(name, name) for name in plan.DATABASES}
            self.wanted = self._gather(databases)
        self._migrate(databases)
        if self.cluster:
            with self._step("Kafka"):
                _start(partial(self.cluster.wait_ready, _READY_WITHIN))
        self._standing = self._stands_on()
        with self._step("services"):
            processes = [*plan.services(self.wanted), plan.gateway(self.wanted)]
            for process in processes:
                self.children.start(process)
            self._until_ready({process.name: process.port for process in processes})
        if not self._place.logins.read().get("made"):
            with self._step("logins"):
                make_first_people(self._port, self._place.logins)
        if self._demo:
            self.children.start(plan.demo(self.wanted, str(self._place.logins.path)))

    def watch(self) -> None:
        """Look after every part once: what has died is started again, what `kefu scale` asked for is done."""
        self.children.watch()
        for standing in self._standing:
            standing.look()
        self._follow_copies()

    def stop(self) -> None:
        """Stop all that runs: the door first, then the services, then what they stand on."""
        services = [name for name in self.children.names() if plan.member_of(name) in plan.SERVICES]
        before = [name for name in self.children.names() if name not in services]
        for names in (before, services):
            self._stop_children(names)
        if self.cluster:
            self.cluster.stop()
        self.server.stop()
        self._place.kept.update(children={}, supervisor={}, url="")

    def _gather(self, databases: dict[str, str]) -> plan.Wanted:
        bus = self.cluster.url if self.cluster else os.environ.get("KEFU_BUS") or databases[plan.BUS]
        kept, fixed = self._place.kept.read().get("ports", {}), {plan.GATEWAY: self._port}
        ports = choose_ports(plan.names_with_ports(self._copies), kept=kept, fixed=fixed)
        wanted = plan.Wanted(
            ports=ports, databases=databases, bus=bus, keys=keys(self._place.keys, plan.MEMBERS),
            admin=login(self._place.logins, "admin", ADMIN_EMAIL), demo=self._demo, copies=self._copies,
            given=dict(os.environ),
        )  # fmt: skip
        self._place.copies.path.unlink(missing_ok=True)
        self._place.copies.update(**self._copies)
        supervisor = identity(os.getpid())
        self._place.kept.update(ports=ports, url=plan.public_url(wanted), bus=bus, supervisor=supervisor)
        return wanted

    def _migrate(self, databases: dict[str, str]) -> None:
        stamp, value = self.server.home / schema.STAMP, schema.fingerprint(schema.folders())
        if schema.is_stamped(stamp, value):
            return
        with self._step("migrations"):
            migrate_all(databases, self._place.logs / "migrate.log", self._stop_signal)
        stamp.write_text(value)

    def _stands_on(self) -> list[Standing]:
        brokers = self.cluster.brokers if self.cluster else []
        names = ["Kafka"] if len(brokers) == 1 else [f"Kafka broker {n}" for n in range(1, len(brokers) + 1)]
        return [Standing("Postgres", self.server), *map(Standing, names, brokers)]

    def _follow_copies(self) -> None:
        assert self.wanted is not None
        copies = self._place.copies.read()
        if copies == self.wanted.copies or set(copies) != set(self.wanted.copies):
            return
        ports = choose_ports(plan.names_with_ports(copies), kept={}, fixed=self.wanted.ports)
        self.wanted = replace(self.wanted, copies=copies, ports=ports)
        self._place.kept.update(ports=ports)
        processes = {process.name: process for process in plan.services(self.wanted)}
        running = [name for name in self.children.names() if plan.member_of(name) in plan.SERVICES]
        self._stop_children([name for name in running if name not in processes])
        for name in processes.keys() - set(running):
            self.children.start(processes[name])

    def _stop_children(self, names: list[str]) -> None:
        for name in self.children.stop(names, patience=_PATIENCE, hurry=self._stop_signal.again):
            complain(f"{name} did not stop by itself and was killed; nothing that was committed is lost.")

    def _until_ready(self, waiting: dict[str, int]) -> None:
        until = time.monotonic() + _READY_WITHIN
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


def _start(start: Callable[[], None]) -> None:
    try:
        start()
    except (StartFailed, CannotRunKafka) as error:
        raise CannotStart(str(error)) from error


def _connections(copies: int) -> int:
    """How many connections Postgres is to take."""
    return _CONNECTIONS + _CONNECTIONS_OF_A_COPY * max(0, copies - 1)
