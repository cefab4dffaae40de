"""The embedded Postgres: started, stopped, killed, refused and recovered for real."""

import asyncio
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from common.embedded.kept import Kept
from common.embedded.postgres import AlreadyRunning, ForeignData, PortInUse, Server
from common.embedded.postgres_binaries import OUTSIDE, RunAs, reachable
from common.embedded.processes import children, running, wait_gone

FAST = {"fsync": "off", "shared_buffers": "8MB"}


@pytest.fixture
def home() -> Iterator[Path]:
    """Not tmp_path: its parents are private to root, which sends root's databases elsewhere."""
    folder = Path(tempfile.mkdtemp(prefix="kefu-pg-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def server(home: Path) -> Iterator[Server]:
    server = Server(home, options=FAST)
    server.start()
    yield server
    server.stop()


def value(url: str, statement: str) -> object:
    async def ask() -> object:
        connection = await asyncpg.connect(url, ssl=False)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(ask())


def test_a_restart_finds_the_data_the_port_and_the_passwords(home: Path, server: Server) -> None:
    url = server.ensure_database("ticket", "ticket")
    value(url, "CREATE TABLE kept AS SELECT 7 AS number")
    server.stop()
    assert not server.alive

    again = Server(home, options=FAST)
    again.start()

    assert again.ensure_database("ticket", "ticket") == url
    assert value(url, "SELECT number FROM kept") == 7
    again.stop()


def test_what_was_committed_survives_a_kill(server: Server) -> None:
    url = server.ensure_database("ticket", "ticket")
    value(url, "CREATE TABLE kept AS SELECT 7 AS number")
    family = [server.pid, *children(server.pid)]
    server.kill()
    assert not server.alive
    assert not any(running(pid) for pid in family)
    server.start()
    assert value(url, "SELECT number FROM kept") == 7


def test_a_role_cannot_open_the_database_of_another(server: Server) -> None:
    ticket = server.ensure_database("ticket", "ticket")
    server.ensure_database("kb", "kb")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        value(ticket.replace("/ticket", "/kb").replace("//kb", "//ticket"), "SELECT 1")


def test_a_role_owns_its_database_and_is_no_superuser(server: Server) -> None:
    url = server.ensure_database("ticket", "ticket")
    value(url, "CREATE TABLE own (number int)")
    assert value(url, "SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = 'ticket'") is False


def test_a_wrong_password_is_refused(server: Server) -> None:
    server.ensure_database("ticket", "ticket")
    with pytest.raises(asyncpg.InvalidPasswordError):
        value(f"postgresql://ticket:wrong@127.0.0.1:{server.port}/ticket", "SELECT 1")


def test_a_given_password_replaces_the_random_one(server: Server) -> None:
    server.ensure_database("ticket", "ticket")
    url = server.ensure_database("ticket", "ticket", "it's mine")
    assert value(f"postgresql://ticket:it%27s%20mine@127.0.0.1:{server.port}/ticket", "SELECT 1") == 1
    assert "it%27s%20mine" in url


def test_names_that_need_quoting_are_refused(server: Server) -> None:
    with pytest.raises(ValueError, match="plain lower-case name"):
        server.ensure_database('x"; DROP DATABASE ticket; --', "ticket")


def test_secrets_and_data_are_private(home: Path, server: Server) -> None:
    server.ensure_database("ticket", "ticket")
    assert stat.S_IMODE((home / "secrets.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(server.data.stat().st_mode) == 0o700
    assert sorted(path.name for path in home.glob("*.new")) == []


def test_it_listens_on_loopback_only(server: Server) -> None:
    shown = value(server.superuser_url, "SELECT current_setting('listen_addresses')")
    sockets = value(server.superuser_url, "SELECT current_setting('unix_socket_directories')")
    assert (shown, sockets) == ("127.0.0.1", "")


def test_a_foreign_data_folder_is_refused_and_left_alone(home: Path) -> None:
    (home / "data").mkdir()
    (home / "data" / "thesis.txt").write_text("mine")
    with pytest.raises(ForeignData, match="left untouched"):
        Server(home, options=FAST).start()
    assert (home / "data" / "thesis.txt").read_text() == "mine"


def test_a_cluster_of_another_major_version_is_refused(home: Path) -> None:
    (home / "data").mkdir()
    (home / "data" / "PG_VERSION").write_text("15\n")
    with pytest.raises(ForeignData, match="made by Postgres 15, this is 18"):
        Server(home, options=FAST).start()


def test_lost_passwords_are_said(home: Path, server: Server) -> None:
    server.stop()
    (home / "secrets.json").unlink()
    with pytest.raises(ForeignData, match=r"secrets\.json"):
        server.start()


def test_an_interrupted_initdb_leaves_nothing_in_the_way(home: Path) -> None:
    (home / "data.new").mkdir()
    (home / "data.new" / "PG_VERSION").write_text("18\n")
    server = Server(home, options=FAST)
    server.start()
    assert server.alive
    server.stop()


def test_a_wanted_port_in_use_is_said_and_nothing_runs(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        server = Server(home, port=port, options=FAST)
        with pytest.raises(PortInUse, match=str(port)):
            server.start()
    assert not server.alive
    server.start()
    assert (server.alive, server.port) == (True, port)
    server.stop()


def test_a_kept_port_taken_by_another_program_is_replaced(server: Server) -> None:
    server.stop()
    before = server.port
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", before))
        taken.listen()
        server.start()
    assert server.port != before
    assert value(server.superuser_url, "SELECT 1") == 1


def test_a_second_server_on_the_same_home_is_refused_and_the_first_lives(home: Path, server: Server) -> None:
    with pytest.raises(AlreadyRunning):
        Server(home, options=FAST).start()
    assert value(server.superuser_url, "SELECT 1") == 1


STARTER = """
import sys, time
from pathlib import Path
from common.embedded.postgres import Server
server = Server(Path(sys.argv[1]), options={"fsync": "off", "shared_buffers": "8MB"})
server.start()
print(server.pid, flush=True)
time.sleep(60)
"""


def start_in_a_child(home: Path) -> tuple[subprocess.Popen[str], int]:
    starter = subprocess.Popen([sys.executable, "-c", STARTER, str(home)], stdout=subprocess.PIPE, text=True)
    assert starter.stdout is not None
    return starter, int(starter.stdout.readline())


def end(starter: subprocess.Popen[str]) -> None:
    starter.kill()
    starter.communicate()


def test_it_dies_when_its_starter_is_killed(home: Path) -> None:
    starter, postmaster = start_in_a_child(home)
    end(starter)
    assert wait_gone([postmaster], 20)
    assert not (home / "data" / "postmaster.pid").exists(), "it was a clean shutdown"


def test_a_postmaster_that_outlived_its_starter_is_ended_by_the_next_start(home: Path) -> None:
    starter, postmaster = start_in_a_child(home)
    os.kill(postmaster, signal.SIGSTOP)  # so that it cannot follow its starter at once
    end(starter)
    os.kill(postmaster, signal.SIGCONT)
    server = Server(home, options=FAST)
    server.start()
    assert not running(postmaster)
    assert value(server.superuser_url, "SELECT 1") == 1
    server.stop()


def test_a_pid_file_that_names_somebody_else_does_not_hinder(server: Server) -> None:
    server.kill()
    pid_file = server.data / "postmaster.pid"
    lines = pid_file.read_text().split("\n")
    pid_file.write_text("\n".join([str(os.getppid()), *lines[1:]]))
    server.start()
    assert server.alive


def test_root_goes_outside_where_nobody_cannot_pass(home: Path) -> None:
    private = home / "private"
    private.mkdir(mode=0o700)
    assert reachable(private / "pg", RunAs()) == private / "pg"
    moved = reachable(private / "pg", RunAs("nobody", "nogroup"))
    assert moved.parent == OUTSIDE
    assert stat.S_IMODE(private.stat().st_mode) == 0o700


def test_kept_values_change_one_by_one(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "kept.json")
    kept.update(port=1)
    kept.update(roles={"ticket": "x"})
    assert kept.read() == {"port": 1, "roles": {"ticket": "x"}}
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["kept.json"]
