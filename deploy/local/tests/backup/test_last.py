"""The last good backup, as others see it; which names archives get and which are kept."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from kefu_local.backup.command import delete_older, named
from kefu_local.backup.last import METRICS, Last, found, keep, said, write_textfile
from kefu_local.backup.postgres_programs import refuse_newer_server
from kefu_local.place import Place
from kefu_local.refused import Refused

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def test_the_metrics_are_what_prometheus_reads(tmp_path: Path) -> None:
    write_textfile(tmp_path / "kefu.prom", Last(tmp_path, AT, 1234, 5.5, verified=True))
    families = list(text_string_to_metric_families((tmp_path / "kefu.prom").read_text()))
    assert {one.name: one.samples[0].value for one in families} == dict(
        zip(METRICS, (AT.timestamp(), 1234, 5.5, 1), strict=True)
    )
    assert [path.name for path in tmp_path.iterdir()] == ["kefu.prom"]


def test_the_last_one_is_remembered_and_its_age_is_said(tmp_path: Path) -> None:
    place = Place(tmp_path)
    assert found(place) is None
    assert "none" in said(None, AT)
    last = Last(tmp_path / "x.zip", AT, 2_000_000, 5.5, verified=False)
    keep(place, last)
    assert found(place) == last
    assert "1 h 30 min ago, not verified, 2.0 MB" in said(last, AT + timedelta(minutes=90))
    assert "3 d 1 h ago" in said(last, AT + timedelta(hours=73))


def test_a_folder_keeps_the_newest_and_what_is_not_ours(tmp_path: Path) -> None:
    names = [named(tmp_path, AT + timedelta(days=day)).name for day in range(4)]
    for name in [*names, "notes.zip", "kefu-now.zip.part", "kefu-old.zip.part"]:
        (tmp_path / name).touch()
    os.utime(tmp_path / "kefu-old.zip.part", (0, 0))
    delete_older(tmp_path, 2)
    assert sorted(path.name for path in tmp_path.iterdir()) == [*names[2:], "kefu-now.zip.part", "notes.zip"]


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="is not there"):
        named(tmp_path / "nowhere" / "x.zip", AT)


def test_a_server_that_pg_dump_cannot_read_is_refused() -> None:
    refuse_newer_server("ticket", 180004)
    with pytest.raises(Refused, match="Postgres 99"):
        refuse_newer_server("ticket", 990000)
