"""A real Kafka broker for one machine: KRaft, no ZooKeeper, loopback only, started by our own launcher.

    broker = Broker(home)          # home/data is its log, home/kafka.json its ports and cluster id
    broker.start()
    bus = await open_bus(broker.url)
    broker.stop()

Several nodes form a cluster when each is given the same `cluster_id` and `voters`, its own `node_id` and `home`:
`common.embedded.kafka_cluster` does so.
"""

from __future__ import annotations

import base64
import fcntl
import signal
import socket
import struct
import subprocess
import time
import uuid
from pathlib import Path
from typing import IO

from common.embedded.kafka_jars import CannotRunKafka, FetchFailed, JavaMissing, MavenMissing, ensure_jars, find_java
from common.embedded.kafka_settings import LOGGING, Node, server_settings
from common.embedded.kept import Kept
from common.embedded.ports import free_port, is_free
from common.embedded.processes import command_line, dies_with_parent, running, send, started_at, wait_gone

__all__ = [
    "AlreadyRunning",
    "Broker",
    "CannotRunKafka",
    "FetchFailed",
    "JavaMissing",
    "MavenMissing",
    "Node",
    "PortInUse",
    "StartFailed",
    "new_cluster_id",
]

# The one request that every broker answers, ApiVersions: length, key 18, version 0, correlation, no client id.
_ARE_YOU_THERE = struct.pack(">ihhih", 10, 18, 0, 1, -1)


class StartFailed(CannotRunKafka):
    """The broker did not start; the message ends with what it logged."""


class PortInUse(StartFailed):
    """Another program listens on the wanted port."""


class AlreadyRunning(StartFailed):
    """Another process runs a broker on this home."""


def new_cluster_id() -> str:
    """A random id in Kafka's own form, for nodes that are to form one cluster."""
    while (drawn := base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")).startswith("-"):
        pass  # Kafka's tools would take it for an option (KAFKA-13741)
    return drawn


class Broker:
    """One broker (and controller) with its data, ports and cluster id under `home`.

    Ports that are None are chosen free and kept. `brisk` trades peak speed for a quicker start (tests). Call `start`
    from a thread that lives on: the broker is stopped with the thread that started it.
    """

    def __init__(
        self,
        home: Path,
        *,
        libs: Path | None = None,
        port: int | None = None,
        controller_port: int | None = None,
        node: Node | None = None,
        cluster_id: str | None = None,
        heap_mb: int = 512,
        brisk: bool = False,
    ) -> None:
        self.home = home.absolute()
        self.log = self.home / "kafka.log"
        self._libs, self._node, self._heap_mb, self._brisk = libs, node or Node(), heap_mb, brisk
        self._wanted = {"port": port, "controller_port": controller_port or self._node.voters.get(self._node.node_id)}
        self._cluster_id = cluster_id
        self._kept = Kept(self.home / "kafka.json")
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None

    @property
    def port(self) -> int:
        """The port clients connect to; 0 before the first start."""
        return self._wanted["port"] or int(self._kept.read().get("port", 0))

    @property
    def url(self) -> str:
        """The bus address of this broker."""
        return f"kafka://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Process id of the broker; 0 when it was not started."""
        return self._process.pid if self._process else 0

    @property
    def alive(self) -> bool:
        """Whether the broker process runs."""
        return self._process is not None and self._process.poll() is None

    def start(self, *, wait: float = 120.0) -> None:
        """Fetch the jars and format the storage where that was not done yet; start and wait until it answers.

        With `wait` 0 it does not wait: a node of a cluster answers only once a majority is up, so start all and then
        call `wait_ready`. Raises JavaMissing, MavenMissing, FetchFailed, PortInUse, AlreadyRunning or StartFailed.
        """
        if self.alive:
            return
        java, libs = find_java(), ensure_jars(self._libs)
        self._take_lock()
        try:
            self._end_leftover()
            properties = self._configure()
            self._format(java, libs, properties)
            self._launch(java, libs, properties)
            if wait:
                self.wait_ready(wait)
        except BaseException:
            self.kill()
            raise

    def wait_ready(self, seconds: float = 120.0) -> None:
        """Wait until the broker answers a client. Raises StartFailed when it ends or stays silent."""
        until = time.monotonic() + seconds
        while not _answers(self.port):
            if not self.alive or time.monotonic() > until:
                raise StartFailed(f"Kafka did not start; see {self.log}. {self._last_words()}")
            time.sleep(0.05)

    def terminate(self) -> None:
        """Ask it to stop, and do not wait: the brokers of a cluster must be asked together, `stop` waits for each."""
        if self._process is not None and self.alive:
            self._process.terminate()

    def stop(self, *, patience: float = 30.0) -> None:
        """Stop cleanly (SIGTERM, at most `patience` seconds, then SIGKILL). The data stays."""
        self.terminate()
        if self._process is not None:
            try:
                self._process.wait(patience)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._drop_lock()

    def kill(self) -> None:
        """SIGKILL, as a crash would (for tests); the next `start` recovers the log."""
        if self._process is not None and self.alive:
            self._process.kill()
            self._process.wait()
        self._drop_lock()

    def restart(self) -> None:
        """Stop if it runs, then start on the same ports and data."""
        self.stop()
        self.start()

    def _take_lock(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        lock = (self.home / "lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise AlreadyRunning(f"Another process runs the broker in {self.home}.") from None
        self._lock = lock

    def _drop_lock(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _end_leftover(self) -> None:
        """We hold the lock, so a broker that still runs on this home has lost its parent."""
        kept = self._kept.read()
        pid = int(kept.get("pid", 0))
        ours = pid and running(pid) and started_at(pid) == kept.get("started_at")
        if not ours or str(self.home / "server.properties") not in command_line(pid):
            return
        for signum, seconds in ((signal.SIGTERM, 30.0), (signal.SIGKILL, 5.0)):
            send(pid, signum)
            if wait_gone([pid], seconds):
                return

    def _configure(self) -> Path:
        """Choose the ports, keep them, and write the broker's settings."""
        kept = self._kept.read()
        ports = {name: _choose(wanted, int(kept.get(name, 0)), name) for name, wanted in self._wanted.items()}
        cluster_id = self._cluster_id or kept.get("cluster_id") or new_cluster_id()
        self._kept.update(**ports, cluster_id=cluster_id)
        (self.home / "log4j2.properties").write_text(LOGGING)
        settings = server_settings(self._node, data=self.home / "data", **ports)
        properties = self.home / "server.properties"
        properties.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        return properties

    def _format(self, java: Path, libs: Path, properties: Path) -> None:
        if (self.home / "data" / "meta.properties").exists():
            return
        command: list[str | Path] = [java, "-XX:TieredStopAtLevel=1", "-cp", f"{libs}/*", "kafka.tools.StorageTool"]
        command += ["format", f"--cluster-id={self._kept.read()['cluster_id']}", "-c", properties, "--ignore-formatted"]
        command += [*([] if self._node.voters else ["--standalone"]), *self._format_words()]
        result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=self.home)
        if result.returncode != 0:
            raise StartFailed(f"Kafka could not format its storage: {(result.stdout + result.stderr).strip()[-2000:]}")

    def _format_words(self) -> list[str]:
        """What else the storage is formatted with."""
        return []

    def _launch(self, java: Path, libs: Path, properties: Path) -> None:
        command: list[str | Path] = [java, "-Xms128m", f"-Xmx{self._heap_mb}m", "-XX:+UseG1GC", "-Xshare:auto"]
        command += ["-XX:+ExitOnOutOfMemoryError", "-Djava.awt.headless=true", "-Djava.net.preferIPv4Stack=true"]
        command += ["-XX:TieredStopAtLevel=1"] if self._brisk else []
        command += [f"-Dlog4j2.configurationFile={self.home / 'log4j2.properties'}", "-cp", f"{libs}/*"]
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("wb") as log:
            # A session of its own: the terminal's Ctrl-C must not stop the broker before its clients.
            self._process = subprocess.Popen(
                [*command, "kafka.Kafka", properties], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.home,
                start_new_session=True, preexec_fn=dies_with_parent(signal.SIGTERM),
            )  # fmt: skip
        self._kept.update(pid=self.pid, started_at=started_at(self.pid))

    def _last_words(self) -> str:
        return self.log.read_text(errors="replace")[-2000:].strip()


def _choose(wanted: int | None, kept: int, name: str) -> int:
    """The wanted port; else the kept one; else a free one. Raises PortInUse.

    A kept controller port must stay: it is written in the cluster's own log as the voter's address.
    """
    fixed = wanted or (kept if name == "controller_port" else 0)
    if fixed and not is_free(fixed):
        raise PortInUse(f"Port {fixed} is in use by another program.")
    if fixed or (kept and is_free(kept)):
        return fixed or kept
    return free_port()


def _answers(port: int) -> bool:
    """Whether a broker answers a client's first question on 127.0.0.1:`port`."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(_ARE_YOU_THERE)
            answer = connection.recv(64)
    except OSError:
        return False
    return len(answer) >= 8 and answer[4:8] == _ARE_YOU_THERE[8:12]
