"""The small decisions of the commands."""

import os
import re
import tomllib
from pathlib import Path

import pytest

from common.embedded.kept import Kept
from common.embedded.processes import running
from kefu_local.check import gates, packages
from kefu_local.commands import _COMMANDS
from kefu_local.doctor import settings_errors
from kefu_local.install import pinned, workspace
from kefu_local.keys import keys, login
from kefu_local.place import ROOT
from kefu_local.schema import fingerprint, folders, is_stamped
from kefu_local.status import total
from kefu_local.stop_signal import Stopped, StopSignal
from kefu_local.test import Need, insisted, selection, sharing

KAFKA = Need("kafka", "install Java", "KEFU_REQUIRE_KAFKA")
BROWSER = Need("browser", "install Chromium", "KEFU_REQUIRE_BROWSER")


def test_what_a_machine_cannot_run_is_left_out_by_marker() -> None:
    assert selection([], ["-k", "x"]) == ["-m", "not containers"]
    assert selection([KAFKA], []) == ["-m", "not kafka and not containers"]
    assert selection([KAFKA, BROWSER], []) == ["-m", "not kafka and not browser and not containers"]
    assert selection([KAFKA], ["-m", "kafka"]) == []


def test_a_whole_run_is_shared_by_two_processes() -> None:
    assert sharing([], 2)[:2] == sharing(["-q", "-k", "sla"], 8)[:2] == ["-n", "2"]
    assert sharing([], 1) == []


@pytest.mark.parametrize("words", [["-n", "0"], ["-n4"], ["--pdb"], ["tests"], ["-x", "conftest.py::test_it"]])
def test_who_names_tests_or_processes_gets_what_he_asked_for(words: list[str]) -> None:
    assert sharing(words, 2) == []


def test_tests_that_are_insisted_on_must_be_able_to_run() -> None:
    assert insisted([KAFKA, BROWSER], {"KEFU_REQUIRE_KAFKA": "1"}) == [KAFKA]
    assert insisted([], {"KEFU_REQUIRE_KAFKA": "1"}) == []
    assert insisted([KAFKA], {"KEFU_REQUIRE_KAFKA": "0"}) == []


def test_keys_are_drawn_once_and_a_new_service_gets_a_secret(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "keys.json")
    first = keys(kept, ("ticket",))
    second = keys(kept, ("ticket", "kb"))
    assert (second.private, second.signing["ticket"]) == (first.private, first.signing["ticket"])
    assert len(second.signing["kb"]) >= 32
    assert second.signing["kb"] != second.signing["ticket"]
    assert first.public.startswith("-----BEGIN PUBLIC KEY-----")


def test_a_login_keeps_its_password(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "logins.json")
    first = login(kept, "admin", "admin@example.com")
    assert login(kept, "admin", "admin@example.com") == first
    assert login(kept, "agent", "agent@example.com")[1] != first[1]
    assert len(first[1]) == 16


def test_a_lock_pins_names_and_leaves_out_other_platforms() -> None:
    lock = "Some_Package==1.2 \\\n    --hash=sha256:00\ncolorama==0.4 ; sys_platform == 'win32' \\\n    # via x\n"
    assert pinned(lock) == {"some-package==1.2"}


def test_every_member_of_the_workspace_is_on_the_path() -> None:
    found = {str(Path(folder).relative_to(ROOT)) for folder in workspace(ROOT)}
    assert {"libs/common", "gateway", "deploy/local", "services/ticket-svc"} <= found


def test_the_schema_stamp_changes_with_any_migration(tmp_path: Path) -> None:
    migrations = tmp_path / "kb_svc" / "migrations"
    migrations.mkdir(parents=True)
    (migrations / "0001.py").write_text("a")
    before = fingerprint([migrations])
    (tmp_path / "stamp").write_text(before)
    assert is_stamped(tmp_path / "stamp", fingerprint([migrations]))
    (migrations / "0002.py").write_text("b")
    assert not is_stamped(tmp_path / "stamp", fingerprint([migrations]))
    assert not is_stamped(tmp_path / "none", before)


def test_the_schema_is_looked_for_where_the_packages_are() -> None:
    assert [str(folder.relative_to(ROOT)) for folder in folders()][:2] == [
        "libs/common/common/migrations",
        "services/ticket-svc/ticket_svc/migrations",
    ]
    assert all(folder.parent.is_dir() for folder in folders())


def test_a_metric_is_summed_over_its_labels() -> None:
    text = '# HELP lag_records x\nlag_records{topic="a"} 2.0\nlag_records{topic="b"} 3.0\nlag_records_more 9\n'
    assert total(text, "lag_records") == "5"
    assert total(text, "unknown") == "?"


def test_doctor_names_every_wrong_setting_and_shows_no_value() -> None:
    given = {"KEFU_BUS": "rabbit://secret-password@x", "KEFU_PUBLIC_URL": "http://127.0.0.1:1"}
    found = list(settings_errors(given))
    assert found == ["KEFU_BUS: 'rabbit' is no bus that Kefu speaks; use kafka://host:port or postgresql://…"]
    assert list(settings_errors({})) == []


def test_doctor_names_a_file_that_cannot_be_read_and_an_address_of_kafka_that_is_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (found,) = settings_errors({"KEFU_BUS": "kafka+ssl://u:secret@h:1?sasl=GSSAPI"})
    assert found.startswith("KEFU_BUS: sasl=GSSAPI is none of")
    monkeypatch.setenv("KEFU_LOG_LEVEL_FILE", "/nowhere/level")
    monkeypatch.setenv("KEFU_MAX_BODY_BYTES_FILE", "/nowhere/bytes")
    found = [line for line in settings_errors(os.environ) if "MAX_BODY" in line]
    assert found == ["Value error, KEFU_MAX_BODY_BYTES_FILE=/nowhere/bytes: No such file or directory"]


def test_doctor_reads_the_callers_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEFU_DATABASE_POOL", "many")
    monkeypatch.setenv("KEFU_MAX_BODY_BYTES", "huge")
    found = list(settings_errors(os.environ))
    assert [line.split(":")[0] for line in found] == ["KEFU_DATABASE_POOL", "KEFU_MAX_BODY_BYTES"]
    assert not any("many" in line for line in found)


def test_the_second_request_to_stop_means_hurry() -> None:
    stop_signal = StopSignal()
    stop_signal.pause(0)
    stop_signal.count = 1
    with pytest.raises(Stopped):
        stop_signal.check()
    assert not stop_signal.again()
    stop_signal.count = 2
    assert stop_signal.again()


def test_every_package_is_checked() -> None:
    assert all((ROOT / folder).is_dir() for folder in packages())
    assert list(gates()) == ["format", "lint", "types", "imports"]


def test_every_command_has_one_line_of_help() -> None:
    assert all(line.endswith(".") and len(line) < 80 for line in _COMMANDS.values())


def test_a_process_that_never_was_does_not_run() -> None:
    assert not running(2**22 + 1)


def test_the_lock_pins_whatever_a_member_names() -> None:
    locked = {line.partition("==")[0] for line in (ROOT / "requirements.lock").read_text().splitlines() if "==" in line}
    named: set[str] = set()
    for folder in workspace(ROOT):
        project = tomllib.loads((Path(folder) / "pyproject.toml").read_text())["project"]
        extras = project.get("optional-dependencies", {}).values()
        for wanted in (*project["dependencies"], *(one for extra in extras for one in extra)):
            named.add(re.split(r"[\[<>=!~; ]", wanted)[0].lower())
    ours = {Path(folder).name for folder in workspace(ROOT)} | {"common", "kefu-local"}
    assert named - ours - locked == set(), "run ./kefu lock"
