"""`kefu up` for real, with stand-ins for the services: started, stopped, killed, refused."""

import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from common.embedded.ports import is_free
from common.embedded.processes import running, send, wait_gone
from kefu_local.plan import MEMBERS, copies_of_each, process_names
from kefu_local.ready import answers_ready


def test_it_starts_everything_says_where_and_stops_without_a_trace(terminal: Any) -> None:
    run = terminal.up()
    said = run.until("Ctrl-C stops everything")
    assert f"http://127.0.0.1:{terminal.port}" in said
    assert "admin@example.com" in said
    assert sorted(run.pids()) == sorted(MEMBERS)
    assert all(answers_ready(port) for port in run.place.kept.read()["ports"].values())
    pids = run.everything()

    code, said = run.end(signal.SIGTERM)

    assert (code, "killed" in said) == (0, False), said
    assert not any(running(pid) for pid in pids)
    assert is_free(terminal.port)


def test_being_stopped_while_starting_leaves_nothing(terminal: Any) -> None:
    run = terminal.up()
    run.until("Postgres")
    code, said = run.end(signal.SIGTERM)
    assert code == 0
    assert "Stopped." in said
    assert run.place.taken() is False


def test_the_second_start_keeps_ports_and_passwords_and_ctrl_c_and_a_closed_terminal_stop_it(terminal: Any) -> None:
    first = terminal.up()
    first.until("Ctrl-C stops everything")
    kept, logins, pids = first.place.kept.read(), first.place.logins.read(), first.everything()
    assert first.end(signal.SIGINT)[0] == 0
    assert not any(running(pid) for pid in pids)

    second = terminal.up()
    said = second.until("Ctrl-C stops everything")
    pids = second.everything()
    assert (second.place.kept.read()["ports"], second.place.logins.read()) == (kept["ports"], logins)
    assert "migrations" in "".join(first.said)
    assert "migrations" not in said
    assert second.end(signal.SIGHUP)[0] == 0
    assert not any(running(pid) for pid in pids)


def test_a_second_up_on_the_same_data_is_refused_and_the_first_lives(standing: Any) -> None:
    code, said = standing.run("up")
    assert (code, "already runs" in said) == (2, True)
    assert answers_ready(standing.port)


def test_a_dead_process_is_started_again_and_said(standing: Any) -> None:
    run = standing.runs[0]
    before = run.pids()
    send(before["kb"], signal.SIGKILL)
    said = run.until("started again")
    assert "kb ended by signal 9" in said
    assert run.pids()["kb"] != before["kb"]
    assert run.pids()["ticket"] == before["ticket"]


def test_postgres_is_started_again_when_it_dies(standing: Any) -> None:
    run = standing.runs[0]
    postmaster = run.everything()[-1]
    send(postmaster, signal.SIGKILL)
    run.until("Postgres runs again")
    assert run.everything()[-1] != postmaster
    assert running(run.everything()[-1])


def test_killing_the_command_takes_everything_along_and_the_next_start_recovers(terminal: Any) -> None:
    run = terminal.up()
    run.until("Ctrl-C stops everything")
    pids = run.everything()
    run.end(signal.SIGKILL)
    assert wait_gone(pids, 20)
    assert terminal.run("status")[0] == 1

    again = terminal.up()
    again.until("Ctrl-C stops everything")
    assert terminal.run("down") == (0, "Stopped.\n")
    again.process.communicate(timeout=30)
    assert again.process.returncode == 0
    assert terminal.run("down")[1].startswith("Nothing runs")


def test_a_service_that_does_not_start_is_said_with_its_last_words(terminal: Any) -> None:
    run = terminal.up(KEFU_STAND_IN_FAILS="kb_svc")
    said, _ = run.process.communicate(timeout=60)
    assert run.process.returncode == 1
    assert "[kb] the database url has a typo" in said
    assert "kb does not start" in said
    assert run.place.taken() is False
    assert run.pids() == {}


def test_a_port_in_use_is_refused_without_a_trace(terminal: Any, taken_port: int) -> None:
    terminal.port = taken_port
    run = terminal.up()
    said, _ = run.process.communicate()
    assert (run.process.returncode, said.count("\n")) == (2, 1)
    assert f"Port {taken_port} is in use" in said
    assert not terminal.folder.exists()


def test_a_foreign_folder_is_refused_and_left_alone(terminal: Any) -> None:
    terminal.folder.mkdir()
    (terminal.folder / "thesis.txt").write_text("mine")
    code, said = terminal.run("up", "--port", str(terminal.port))
    assert (code, "not Kefu's" in said) == (2, True)
    assert [path.name for path in terminal.folder.iterdir()] == ["thesis.txt"]


def test_a_folder_of_a_newer_version_is_refused(terminal: Any) -> None:
    terminal.folder.mkdir()
    (terminal.folder / "kefu.json").write_text('{"format": 99}')
    code, said = terminal.run("up", "--port", str(terminal.port))
    assert (code, "newer Kefu" in said) == (2, True)
    assert [path.name for path in terminal.folder.iterdir()] == ["kefu.json"]


def test_kafka_without_java_is_refused_without_a_trace(terminal: Any, tmp_path: Path) -> None:
    code, said = terminal.run("up", "--kafka", "--port", str(terminal.port), PATH=str(tmp_path))
    assert (code, "Java 17" in said) == (2, True)
    assert not terminal.folder.exists()


def test_a_bus_of_ones_own_and_kafka_together_are_refused(terminal: Any) -> None:
    code, said = terminal.run("up", "--kafka", "--port", str(terminal.port), KEFU_BUS="kafka://127.0.0.1:1")
    assert (code, "choose one" in said) == (2, True)


@pytest.mark.parametrize("words", [("--brokers", "3"), ("--kafka", "--brokers", "2")])
def test_a_number_of_brokers_that_makes_no_sense_is_refused_without_a_trace(terminal: Any, words: list[str]) -> None:
    code, said = terminal.run("up", *words, "--port", str(terminal.port))
    assert (code, said.count("\n")) == (2, 1), said
    assert not terminal.folder.exists()


def test_copies_are_started_shown_added_and_taken_away_and_all_of_them_stopped(terminal: Any) -> None:
    run = terminal.up("--copies", "1", KEFU_DATABASES_AT="{}")
    run.until("Ctrl-C stops everything")
    assert sorted(run.pids()) == sorted(process_names(copies_of_each(1)))
    before = run.pids()
    assert terminal.run("scale", "kb-worker", "2") == (0, "kb-worker: 2\n")
    assert run.pids().keys() - before.keys() == {"kb-worker-2"}
    code, said = terminal.run("status")
    assert (code, said.count("ready")) == (0, 10), said
    added = run.pids()["kb-worker-2"]
    assert terminal.run("scale", "kb-worker", "1") == (0, "kb-worker: 1\n")
    assert (run.pids(), running(added)) == (before, False)
    assert terminal.run("scale", "kb-teapot", "1")[0] == 2
    pids = run.everything()
    assert run.end(signal.SIGTERM)[0] == 0
    assert not any(running(pid) for pid in pids)


def test_a_platform_without_copies_is_not_scaled(standing: Any) -> None:
    code, said = standing.run("scale", "kb-worker", "2")
    assert (code, "--copies" in said) == (2, True)


def test_status_tells_what_runs(standing: Any) -> None:
    code, said = standing.run("status")
    assert code == 0, said
    assert all(member in said for member in MEMBERS)
    assert said.count("ready") == len(MEMBERS)


def test_migrate_works_without_a_running_platform(terminal: Any) -> None:
    assert terminal.run("migrate") == (0, "Every database is up to date.\n")
    assert terminal.run("migrate") == (0, "Every database is up to date.\n")


def test_secrets_are_private(standing: Any) -> None:
    names = ("keys.json", "logins.json", "run.json")
    modes = {name: stat.S_IMODE((standing.folder / name).stat().st_mode) for name in names}
    assert modes == dict.fromkeys(modes, 0o600)


def test_the_command_starts_quickly_because_it_imports_little() -> None:
    code = "import sys, kefu_local.up; print(sorted({'sqlalchemy', 'fastapi', 'asyncpg', 'httpx'} & set(sys.modules)))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"
