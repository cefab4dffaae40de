"""The platform as Kubernetes runs it: Deployments of pods behind Services, and rollouts pod by pod."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

from common.embedded.ports import free_port
from common.embedded.postgres import Server
from integration.rolling.cluster_ip import Service
from kefu_local import plan
from kefu_local.keys import Keys, identity_pair
from kefu_local.ready import probe

PRE_STOP = 0.5
"""Seconds from the moment that no new connection comes until SIGTERM; Kubernetes' proxies need the manifests' 5."""
READY_WITHIN = 60.0
ADMIN = ("admin@example.com", "a password of tests")
_NURSERY = Path(__file__).with_name("nursery.py")
_NONE: Mapping[str, str] = MappingProxyType({})


class Starts(Protocol):
    """Something that starts processes."""

    def start(self, name: str, process: plan.Process, log: Path) -> int: ...

    def signal(self, pid: int, number: int) -> None: ...

    def ended(self, pid: int) -> int | None: ...


class Nursery:
    """Starts processes as copies of one that has imported the packages: a fifth of a second each instead of two."""

    def __init__(self, environment: Mapping[str, str] = _NONE) -> None:
        packages = [plan.module_of(member) for member in plan.MEMBERS]
        self._process = subprocess.Popen(
            [sys.executable, "-X", "kefu_local", _NURSERY, *packages], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env=dict(environment), text=True,
        )  # fmt: skip

    def start(self, name: str, process: plan.Process, log: Path) -> int:
        """Start a process; its id."""
        told = {"module": process.module, "words": process.words, "environment": {**process.environment}}
        return int(self._order(start=name, log=str(log), **told))

    def signal(self, pid: int, number: int) -> None:
        """Send a signal."""
        self._order(pid=pid, signal=number)

    def ended(self, pid: int) -> int | None:
        """The exit code; None while it runs."""
        code: int | None = self._order(pid=pid)
        return code

    def close(self) -> None:
        """Kill all that run."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)
        if self._process.stdout:
            self._process.stdout.close()

    def _order(self, **order: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


@dataclass(frozen=True, slots=True)
class Pod:
    """A process with a port of its own."""

    pid: int
    port: int
    log: Path
    starts: Starts

    def ready(self) -> bool:
        """What its readiness probe says."""
        return probe(self.port, "/readyz")[0] == 200


@dataclass
class Deployment:
    """One pod of a role of a member, and what its pods are told."""

    name: str
    process: plan.Process
    logs: Path
    service: Service | None
    pod: Pod | None = None
    started: int = 0
    stopped_within: list[float] = field(default_factory=list)
    """Seconds from SIGTERM to the end of each pod that was stopped."""

    def launch(self, starts: Starts, told: Mapping[str, str] = _NONE) -> Pod:
        """Start a pod, not waited for."""
        self.started += 1
        port, log = free_port(), self.logs / f"{self.name}-{self.started}.log"
        environment = {**self.process.environment, "KEFU_PORT": str(port), "KEFU_SHARE_PORT": "0", **told}
        process = plan.Process(self.name, self.process.module, self.process.words, environment, port)
        return Pod(starts.start(f"{self.name}-{self.started}", process, log), port, log, starts)

    async def start(self, starts: Starts, told: Mapping[str, str] = _NONE) -> Pod:
        """Start a pod and wait until it is ready."""
        pod = self.launch(starts, told)
        await self.ready(pod)
        return pod

    async def ready(self, pod: Pod) -> None:
        """Wait until a pod is ready."""
        until = time.monotonic() + READY_WITHIN
        while not await asyncio.to_thread(pod.ready):
            said = pod.log.read_text()[-3000:] if pod.log.exists() else ""
            assert pod.starts.ended(pod.pid) is None, f"{self.name} ended:\n{said}"
            assert time.monotonic() < until, f"{self.name} is not ready: {probe(pod.port, '/readyz')}\n{said}"
            await asyncio.sleep(0.1)

    async def roll(self, starts: Starts, told: Mapping[str, str] = _NONE) -> None:
        """Replace the pod: a new one is ready before the old one gets no more connections, then SIGTERM, then its end.

        A pod that does not end by itself is left; the time since SIGTERM says so.
        """
        old, new = self.pod, await self.start(starts, told)
        self.pod = new
        if self.service:
            self.service.endpoints = [new.port]
        if old is None:
            return
        await asyncio.sleep(PRE_STOP)
        old.starts.signal(old.pid, signal.SIGTERM)
        began = time.monotonic()
        while (code := old.starts.ended(old.pid)) is None and time.monotonic() - began < 60:
            await asyncio.sleep(0.05)
        self.stopped_within.append(time.monotonic() - began)
        assert code == 0, f"{self.name} ended with {code}:\n{old.log.read_text()[-2000:]}"


@dataclass
class Cluster:
    """Everything, by the name of its Deployment: `ticket-api`, `gateway-worker`."""

    deployments: Mapping[str, Deployment]
    services: Mapping[str, Service]
    bus: str
    databases: Mapping[str, str]

    @property
    def url(self) -> str:
        """The gateway's address."""
        return self.services[plan.GATEWAY].url

    def kill(self) -> None:
        """End every pod at once."""
        for deployment in self.deployments.values():
            if deployment.pod:
                deployment.pod.starts.signal(deployment.pod.pid, signal.SIGKILL)

    async def roll(self, names: Sequence[str], starts: Starts, told: Mapping[str, str] = _NONE) -> None:
        """Replace these at the same time, as one `kubectl apply` does."""
        async with asyncio.TaskGroup() as group:
            for name in names:
                group.create_task(self.deployments[name].roll(starts, told))


@asynccontextmanager
async def cluster(folder: Path, server: Server, bus: str = "") -> AsyncIterator[Cluster]:
    """Databases and Services; no pod runs yet, and nothing is migrated. Without another the bus is the embedded one."""
    databases = {name: server.ensure_database(name, name) for name in plan.DATABASES}
    services = {member: Service(free_port()) for member in plan.MEMBERS}
    for service in services.values():
        await service.open()
    bus = bus or databases[plan.BUS]
    try:
        deployments = dict(_deployments(folder, databases, services, bus))
        yield Cluster(deployments, services, bus, databases)
    finally:
        for service in services.values():
            await service.close()


def _deployments(
    folder: Path, databases: Mapping[str, str], services: Mapping[str, Service], bus: str
) -> list[tuple[str, Deployment]]:
    private, public = identity_pair()
    upstreams = {member: services[member].url for member in plan.SERVICES}
    wanted = plan.Wanted(
        ports={name: services[member].port for member in plan.MEMBERS for name in (member, f"{member}-worker-1")},
        databases=databases, bus=bus, keys=Keys(private, public, dict.fromkeys(plan.MEMBERS, "x" * 43)),
        admin=ADMIN, copies=plan.copies_of_each(1),
        given={"KEFU_UPSTREAMS": json.dumps(upstreams), "KEFU_LINGER_SECONDS": "5"},
    )  # fmt: skip
    at_once = {"FEEDBACK_SURVEY_DELAY_SECONDS": "0", "FEEDBACK_SURVEY_EVERY_DAYS": "0"}
    processes = {process.name.removesuffix("-1"): process for process in plan.services(wanted)}
    door = plan.gateway(wanted)
    for role in plan.ROLES:
        processes[f"{plan.GATEWAY}-{role}"] = plan.Process(door.name, door.module, (role,), door.environment, door.port)
    found = []
    for name, process in processes.items():
        told = plan.Process(name, process.module, process.words, {**process.environment, **at_once}, process.port)
        behind = services[plan.member_of(name)] if name.endswith(f"-{plan.API}") else None
        found.append((name, Deployment(name, told, folder, behind)))
    return found
