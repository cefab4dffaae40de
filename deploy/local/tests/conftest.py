"""Stand-ins for the services, so that the command's own work is tested without them, and real runs of the command."""

import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from common.embedded.ports import free_port
from kefu_local.place import Place
from kefu_local.plan import MEMBERS, module_of

STAND_IN = """
import http.server, os, signal, sys

class Door(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")
    def log_message(self, *_):
        pass

if "KEFU_STAND_IN_FAILS" in os.environ and __package__ == os.environ["KEFU_STAND_IN_FAILS"]:
    sys.exit("the database url has a typo")
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print("stand-in", __package__, sys.argv[1], flush=True)
http.server.HTTPServer((os.environ["KEFU_HOST"], int(os.environ["KEFU_PORT"])), Door).serve_forever()
"""


@pytest.fixture(scope="session")
def stand_ins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for PYTHONPATH with a package for every member: it answers, and ends on SIGTERM."""
    folder = tmp_path_factory.mktemp("stand-ins")
    for member in MEMBERS:
        package = folder / module_of(member)
        versions = package / "migrations" / "versions"
        versions.mkdir(parents=True)
        (package / "__init__.py").touch()
        (package / "__main__.py").write_text(STAND_IN)
        (package / "migrations" / "__init__.py").touch()
        env = "from common.migrate import run_migrations\n\nrun_migrations()\n"
        (package / "migrations" / "env.py").write_text(env)
    return folder


@dataclass
class Run:
    """One `kefu up` in a process of its own."""

    place: Place
    port: int
    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)

    def until(self, words: str) -> str:
        """Read what it says until a line holds the words; everything it said until then."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if words in line:
                return "".join(self.said)
        raise AssertionError(f"It ended without saying {words!r}:\n{''.join(self.said)}")

    def pids(self) -> dict[str, int]:
        """The processes of the members."""
        return {name: one["pid"] for name, one in self.place.kept.read()["children"].items()}

    def everything(self) -> list[int]:
        """Every process it stands for: itself, the members, Postgres."""
        pid_file = Place(self.place.folder).postgres / "data" / "postmaster.pid"
        return [self.process.pid, *self.pids().values(), int(pid_file.read_text().split()[0])]

    def end(self, signum: int) -> tuple[int, str]:
        """Send a signal and wait; exit code and everything it said."""
        self.process.send_signal(signum)
        rest, _ = self.process.communicate(timeout=60)
        return self.process.returncode, "".join(self.said) + rest


class Terminal:
    """Starts `kefu` commands on one data folder."""

    def __init__(self, folder: Path, stand_ins: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.environment = {
            "PYTHONPATH": str(stand_ins),
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "KEFU_LOG_LEVEL": "INFO",
        }
        self.runs: list[Run] = []

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-P", "-m", "kefu_local", *words, "--data", str(self.folder)]

    def up(self, *words: str, **environment: str) -> Run:
        """`kefu up`, not waited for."""
        process = subprocess.Popen(
            self.command("up", "--port", str(self.port), *words), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, env=self.environment | environment, start_new_session=True,
        )  # fmt: skip
        self.runs.append(Run(Place(self.folder), self.port, process))
        return self.runs[-1]

    def run(self, *words: str, **environment: str) -> tuple[int, str]:
        """Another command, waited for: exit code and what it said."""
        done = subprocess.run(
            self.command(*words), capture_output=True, text=True, check=False, env=self.environment | environment
        )
        return done.returncode, done.stdout + done.stderr

    def clean(self) -> None:
        for run in self.runs:
            assert run.process.stdout is not None
            if run.process.poll() is None:
                run.process.terminate()
            if not run.process.stdout.closed:
                run.process.communicate()


def _opened(stand_ins: Path) -> Iterator[Terminal]:
    """Not tmp_path: its parents are private to root, which sends root's databases elsewhere."""
    home = Path(tempfile.mkdtemp(prefix="kefu-up-"))
    home.chmod(0o711)
    terminal = Terminal(home / "data", stand_ins)
    yield terminal
    terminal.clean()
    shutil.rmtree(home)


@pytest.fixture
def terminal(stand_ins: Path) -> Iterator[Terminal]:
    """A data folder of its own, on which nothing runs yet."""
    yield from _opened(stand_ins)


@pytest.fixture(scope="module")
def standing(stand_ins: Path) -> Iterator[Terminal]:
    """A platform that is up, for all tests of a module that leave it up."""
    for terminal in _opened(stand_ins):
        terminal.up().until("Ctrl-C stops everything")
        yield terminal


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port that another program listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]
