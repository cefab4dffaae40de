"""A real Postgres for one machine: started, kept and stopped by our own launcher, out of a Python wheel.

    server = Server(home)          # home/data is the database cluster, home/secrets.json its passwords
    server.start()
    url = server.ensure_database("ticket", "ticket")
    server.stop()

It listens on 127.0.0.1 only, asks for a password, and dies (cleanly) with the process that started it.
"""

from __future__ import annotations

import re
import secrets
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from common.embedded.folder_lock import FolderLock
from common.embedded.kept import Kept
from common.embedded.ports import free_port, is_free
from common.embedded.postgres_binaries import BinariesMissing, binaries, reachable, run_as
from common.embedded.postgres_cluster import (
    SUPERUSER,
    CommandFailed,
    ForeignData,
    StartFailed,
    is_ours,
    make_cluster,
    run_psql,
)
from common.embedded.processes import children, command_line, dies_with_parent, running, send, wait_gone

__all__ = ["AlreadyRunning", "BinariesMissing", "CommandFailed", "ForeignData", "PortInUse", "Server", "StartFailed"]

_DEFAULTS = {
    "max_connections": "200",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",  # costs more than it gives on short queries
    "io_method": "sync",  # no extra worker processes on a small machine
}
_DATABASE = """
SELECT 'CREATE ROLE "{role}" LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') \\gexec
ALTER ROLE "{role}" LOGIN PASSWORD '{password}';
SELECT 'CREATE DATABASE "{name}" OWNER "{role}"'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{name}') \\gexec
REVOKE ALL ON DATABASE "{name}" FROM PUBLIC;
"""
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


class PortInUse(StartFailed):
    """Another program listens on the wanted port."""


class AlreadyRunning(StartFailed):
    """Another process runs a server on this home."""


class Server:
    """One Postgres server with its data, port and passwords under `home`.

    `port` None takes a free port and keeps it. `options` are server settings that override the defaults
    (`{"fsync": "off"}` for tests). As root Postgres runs as `nobody`: the folder `home` itself is opened for walking
    through (0711), its parents are never changed; when `nobody` cannot pass them, `self.home` lies outside, under
    `/var/lib/kefu/`. Call `start` from a thread that lives on: Postgres dies with the thread that started it.
    """

    def __init__(self, home: Path, port: int | None = None, options: Mapping[str, str] | None = None) -> None:
        self._user = run_as()
        self.home = reachable(home, self._user)
        self.data = self.home / "data"
        self.log = self.home / "postgres.log"
        self._kept = Kept(self.home / "secrets.json")
        self._wanted_port = port
        self._options = {**_DEFAULTS, **(options or {})}
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = FolderLock(self.home)

    @property
    def port(self) -> int:
        """The port it listens on, or listened on last; 0 before the first start."""
        return self._wanted_port or int(self._kept.read().get("port", 0))

    @property
    def alive(self) -> bool:
        """Whether the server process runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Process id of the postmaster; 0 when it was not started."""
        return self._process.pid if self._process else 0

    def start(self) -> None:
        """Make the cluster when it is new, start the server and wait until it answers (at most 60 s).

        Ends first what a crash of the former starter may have left running on the same data.
        Raises AlreadyRunning, ForeignData, PortInUse or StartFailed; nothing is left running then.
        """
        if self.alive:
            return
        self._take_lock()
        try:
            bin_folder = binaries(self.home, self._user)
            self._end_leftover()
            if not is_ours(self.data, self._kept):
                durable = self._options.get("fsync") != "off"
                make_cluster(self.data, self._kept, bin_folder=bin_folder, user=self._user, durable=durable)
            self._run(bin_folder)
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """Stop at once but cleanly: clients are cut off, everything committed is on disk."""
        if self.alive:
            self._end(self.pid)
            assert self._process is not None
            self._process.wait()
        self._lock.drop()

    def kill(self) -> None:
        """SIGKILL the postmaster and its children, as a power cut would (for crash tests)."""
        if self._process is None or not self.alive:
            self._lock.drop()
            return
        pids = [self.pid, *children(self.pid)]
        for pid in pids:
            send(pid, signal.SIGKILL)
        self._process.wait()
        wait_gone(pids, 10)
        self._lock.drop()

    def ensure_database(self, name: str, role: str, password: str | None = None) -> str:
        """Make `role` and a database `name` that only it owns and may open; answer its url. Safe to repeat."""
        for word in (name, role):
            if not _NAME.fullmatch(word):
                raise ValueError(f"{word!r} is not a plain lower-case name")
        roles = self._kept.read().get("roles", {})
        roles[role] = password or roles.get(role) or secrets.token_urlsafe(24)
        self._kept.update(roles=roles)
        quoted = roles[role].replace("'", "''")
        self.execute(_DATABASE.format(name=name, role=role, password=quoted))
        return self.url(name, role)

    def url(self, database: str, role: str) -> str:
        """`postgresql://role:password@127.0.0.1:port/database` for a role made by `ensure_database`."""
        password = quote(self._kept.read()["roles"][role], safe="")
        return f"postgresql://{role}:{password}@127.0.0.1:{self.port}/{database}"

    @property
    def superuser_url(self) -> str:
        """The address for the one who owns the whole cluster: launchers and test kits only."""
        return f"postgresql://{SUPERUSER}:{self._kept.read()['superuser']}@127.0.0.1:{self.port}/postgres"

    def execute(self, script: str, *, database: str = "postgres") -> str:
        """Run statements as the superuser through psql and answer its output. Raises CommandFailed."""
        bin_folder = binaries(self.home, self._user)
        return run_psql(bin_folder, self.port, self._kept, database=database, script=script)

    def _take_lock(self) -> None:
        if not self._lock.take():
            raise AlreadyRunning(f"Another process runs the database in {self.home}.")
        if self._user.name is not None:
            self.home.chmod(self.home.stat().st_mode | 0o111)

    def _end_leftover(self) -> None:
        """We hold the lock, so whatever still runs on this data has lost its parent."""
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return
        pid = int(pid_file.read_text().split("\n", 1)[0] or 0)
        if str(self.data) in command_line(pid):
            self._end(pid)
        elif running(pid):
            pid_file.unlink()  # the number belongs to somebody else by now; Postgres would refuse to start

    def _end(self, pid: int) -> None:
        family = [pid, *children(pid)]
        for signum, seconds in ((signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            send(pid, signum)
            if wait_gone(family, seconds):
                return

    def _run(self, bin_folder: Path) -> None:
        until = time.monotonic() + 60
        while True:
            self._launch(bin_folder)
            if self._becomes_ready(until):
                return
            said = self.log.read_text(errors="replace")[-2000:].strip()
            if not _worth_another_try(said, own_port=self._wanted_port is None) or time.monotonic() > until:
                raise StartFailed(f"Postgres did not start; see {self.log}. {said}")
            time.sleep(0.2)

    def _launch(self, bin_folder: Path) -> None:
        port = self._choose_port()
        self._kept.update(port=port)
        settings = {**self._options, "listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": ""}
        command: list[str | Path] = [bin_folder / "postgres", "-D", self.data]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("wb") as log:
            # A session of its own: the terminal's Ctrl-C must not stop the database before its clients.
            # SIGINT is Postgres's fast shutdown.
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGINT), **self._user.options(),
            )  # fmt: skip

    def _choose_port(self) -> int:
        """The wanted port, the one kept from before if it is free, or a new free one. Raises PortInUse."""
        if self._wanted_port is not None:
            if not is_free(self._wanted_port):
                raise PortInUse(f"Port {self._wanted_port} is in use by another program.")
            return self._wanted_port
        kept = int(self._kept.read().get("port", 0))
        if kept and is_free(kept):
            return kept
        return free_port()

    def _becomes_ready(self, until: float) -> bool:
        pid_file = self.data / "postmaster.pid"
        while self.alive and time.monotonic() < until:
            try:
                said = pid_file.read_text().splitlines()
            except FileNotFoundError:
                said = []
            # Line 1 is the pid, line 8 the state: a file left by a killed server does not count.
            if len(said) >= 8 and said[0] == str(self.pid) and said[7].strip() == "ready":
                return True
            time.sleep(0.01)
        return False


def _worth_another_try(said: str, *, own_port: bool) -> bool:
    """Somebody took the free port between our look and the start, or a killed server's children are still leaving."""
    return ("Address already in use" in said and own_port) or "shared memory block" in said
