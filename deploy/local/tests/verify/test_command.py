"""What `kefu verify` says."""

import fcntl
from pathlib import Path

import pytest

from kefu_local.place import Place
from kefu_local.refused import Refused
from kefu_local.verify.command import show
from kefu_local.verify.finding import Finding
from kefu_local.verify.platform import target
from kefu_local.verify.verdict import Verdict


def a_verdict(*findings: Finding) -> Verdict:
    return Verdict(findings=findings, calls=10, acknowledged=8, unknown=2, tickets=3, events=20)


def test_without_a_running_platform_nothing_is_verified(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="does not run"):
        target(Place(tmp_path))


def test_a_running_platform_is_found_with_its_bus(tmp_path: Path) -> None:
    place = Place(tmp_path / "data")
    place.create()
    place.kept.update(url="http://127.0.0.1:1", bus="kafka://127.0.0.1:2")
    with (place.folder / "up.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(Refused, match="no first logins"):
            target(place)
        place.logins.update(admin={"email": "a@example.com", "password": "p"})
        found, elsewhere = target(place), target(place, "kafka://127.0.0.1:3")
    assert found.login == ("a@example.com", "p")
    assert found.bus == "kafka://127.0.0.1:2"
    assert elsewhere.bus == "kafka://127.0.0.1:3"


def test_a_whole_run_is_said_in_two_lines(capsys: pytest.CaptureFixture[str]) -> None:
    show(a_verdict())
    said = capsys.readouterr().out
    assert "3 tickets, 10 calls (2 unknown), 20 events: 0 lost, 0 doubled, 0 ghost, 0 out of order" in said
    assert "Whole." in said


def test_what_is_amiss_is_shown_with_ticket_and_trace(capsys: pytest.CaptureFixture[str]) -> None:
    show(a_verdict(Finding("lost", "It is gone.", "t-1", 1007, "abcd")))
    said = capsys.readouterr().out
    assert "1 lost" in said
    assert all(word in said for word in ("#1007", "It is gone.", "abcd"))
    assert "Whole." not in said
