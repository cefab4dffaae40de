"""A backup put back: all of it, or nothing starts; and nothing touched by what is no whole archive."""

import asyncio
import hashlib
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from common.db import Database
from common.embedded.kafka import Broker
from common.migrate import RestoreUnfinished, is_current, migrate
from kefu_local.backup.archive import opened
from kefu_local.backup.postgres_programs import dumped
from kefu_local.backup.put_back import put_back, release
from kefu_local.backup.take import take, verify
from kefu_local.plan import MEMBERS
from kefu_local.refused import Refused

Deploy = Callable[..., Any]


def nothing() -> None:
    return None


def backed_up(source: Any, folder: Path) -> Path:
    take(source.sources, folder / "whole.zip", {})
    return folder / "whole.zip"


def restored(path: Path, target: Any, *, replace: bool = False) -> None:
    with opened(path) as archive:
        put_back(archive, target.sources, replace=replace, begins=nothing)
    asyncio.run(release(target.sources))


def rewritten(path: Path, change: Callable[[dict[str, Any], dict[str, bytes]], None]) -> Path:
    """The archive with another content, as if it had been written so."""
    with zipfile.ZipFile(path) as found:
        files = {name: found.read(name) for name in found.namelist()}
    manifest = json.loads(files.pop("manifest.json"))
    change(manifest, files)
    with zipfile.ZipFile(path, "w") as made:
        for name, content in files.items():
            made.writestr(name, content)
        made.writestr("manifest.json", json.dumps(manifest))
    return path


def marked(target: Any) -> list[str]:
    found = "SELECT to_regnamespace('kefu_restore') IS NOT NULL"
    return [name for name in target.urls if target.run(name, found) == "t"]


WHOLE = "SELECT md5(string_agg(n::text, '' ORDER BY id)) FROM note n"


def test_what_is_put_back_is_what_was_there(deployment: Deploy, tmp_path: Path) -> None:
    one = deployment(filled=True)
    path = backed_up(one, tmp_path)
    assert path.stat().st_mode & 0o777 == 0o600
    before = [one.run(member, WHOLE) for member in MEMBERS]
    one.run("ticket", "CREATE TABLE later (n int); DELETE FROM note WHERE id < 10")
    with pytest.raises(Refused, match="not empty; --replace"):
        restored(path, one)
    assert one.run("ticket", "SELECT count(*) FROM note") == "11"
    restored(path, one, replace=True)
    assert one.run("ticket", "SELECT to_regclass('later') IS NULL") == "t"
    assert [one.run(member, WHOLE) for member in MEMBERS] == before
    # New rows get ids that are free: the sequences came too.
    assert one.run("kb", "INSERT INTO outbox DEFAULT VALUES RETURNING id") == "4"
    assert one.run("bus", "SELECT count(*) FROM kefu_bus.log") == "5"
    assert marked(one) == []


def test_a_lost_table_is_noticed_and_nothing_may_start_on_it(deployment: Deploy, tmp_path: Path) -> None:
    one = deployment(filled=True)
    path = backed_up(one, tmp_path)
    one.run("kb", "DROP TABLE note")
    # A dump that lacks the table, in an archive that does not know.
    without = b"".join(dumped_now(one, "kb"))

    def plant(manifest: dict[str, Any], files: dict[str, bytes]) -> None:
        files["kb.dump"] = without
        manifest["databases"]["kb"] |= {"size": len(without), "sha256": hashlib.sha256(without).hexdigest()}

    rewritten(path, plant)
    with pytest.raises(Refused, match=r"kb: public\.note is missing"):
        restored(path, one, replace=True)
    assert set(marked(one)) == set(one.urls)
    with pytest.raises(RestoreUnfinished):
        asyncio.run(migrate(one.urls["kb"], "kb_svc"))
    assert not asyncio.run(current(one.urls["ticket"], "ticket_svc"))
    with pytest.raises(Refused, match=r"public\.note is missing"):
        verify(path)


def dumped_now(source: Any, name: str) -> list[bytes]:
    snapshot = subprocess.Popen(
        [sys.executable, "-c", HOLD, source.urls[name]], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    )
    assert snapshot.stdout is not None
    pieces = list(dumped(source.urls[name], snapshot.stdout.readline().strip()))
    snapshot.communicate("")
    return pieces


HOLD = """
import asyncio, asyncpg, sys
async def hold():
    seen = await asyncpg.connect(sys.argv[1])
    await seen.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    print(await seen.fetchval("SELECT pg_export_snapshot()"), flush=True)
    sys.stdin.read()
asyncio.run(hold())
"""


async def current(url: str, package: str) -> bool:
    database = Database(url, pool_size=2)
    try:
        async with database.reading() as db:
            return await is_current(db, package)
    finally:
        await database.close()


def a_database_less(manifest: dict[str, Any], files: dict[str, bytes]) -> None:
    del manifest["databases"]["routing"], files["routing.dump"]


def a_file_less(_manifest: dict[str, Any], files: dict[str, bytes]) -> None:
    del files["routing.dump"]


def a_byte_else(_manifest: dict[str, Any], files: dict[str, bytes]) -> None:
    dump = files["kb.dump"]
    files["kb.dump"] = dump[:500] + bytes([dump[500] ^ 1]) + dump[501:]


def newer(manifest: dict[str, Any], _files: dict[str, bytes]) -> None:
    manifest["databases"]["kb"]["revisions"]["kb_svc"] = "of_tomorrow"


def of_a_newer_format(manifest: dict[str, Any], _files: dict[str, bytes]) -> None:
    manifest["format"] = 99


def foreign(manifest: dict[str, Any], _files: dict[str, bytes]) -> None:
    manifest["kind"] = "photo-album"


@pytest.mark.parametrize(
    ("mistake", "sentence"),
    [
        (a_database_less, "not whole: routing"), (a_file_less, "does not hold the files"),
        (a_byte_else, r"damaged: kb\.dump"), (newer, "newer one"), (of_a_newer_format, "newer Kefu"),
        (foreign, "no backup of Kefu"),
    ],
)  # fmt: skip
def test_what_is_no_whole_archive_touches_nothing(archive: Path, tmp_path: Path, mistake: Any, sentence: str) -> None:
    path = tmp_path / "broken.zip"
    path.write_bytes(archive.read_bytes())
    with pytest.raises(Refused, match=sentence), opened(rewritten(path, mistake)):
        pytest.fail("it was opened")


def test_a_file_that_was_cut_off_or_is_something_else_is_refused(archive: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.zip"
    for content in (archive.read_bytes()[:-2000], b"", b"-- PostgreSQL database dump"):
        path.write_bytes(content)
        with pytest.raises(Refused, match="no backup of Kefu's, or it is damaged"), opened(path):
            pytest.fail("it was opened")


def test_a_database_in_use_is_refused(deployment: Deploy, archive: Path) -> None:
    target = deployment()
    using = subprocess.Popen(
        [sys.executable, "-c", HOLD, target.urls["kb"]], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    )
    assert using.stdout is not None
    using.stdout.readline()
    with pytest.raises(Refused, match="1 sessions use the database of kb"):
        restored(archive, target)
    using.communicate("")
    assert marked(target) == []


def test_a_restore_that_is_killed_lets_nothing_start_and_is_finished_by_the_next(
    deployment: Deploy, archive: Path
) -> None:
    target = deployment()
    words = [sys.executable, "-m", "kefu_local", "restore", "--from", archive, "--databases", target.addresses]
    for point in ("restore.marked", "restore.filled_one:3", "restore.settled"):
        killed = subprocess.run(words, env={**os.environ, "KEFU_CRASH_AT": point}, capture_output=True, check=False)
        assert killed.returncode == 137
        assert set(marked(target)) == set(target.urls)
    again = subprocess.run(words, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    assert marked(target) == []
    assert {target.run(member, "SELECT count(*) FROM note") for member in MEMBERS} == {"20"}
    assert asyncio.run(current(target.urls["kb"], "kb_svc"))


@pytest.mark.kafka
def test_on_kafka_what_may_be_unheard_is_said_again(deployment: Deploy, kafka_broker: Broker, tmp_path: Path) -> None:
    one = deployment(filled=True)
    one.urls["bus"] = kafka_broker.url
    one.run("kb", "UPDATE outbox SET published_at = now() - interval '2 h' WHERE id = 1")
    path = backed_up(one, tmp_path)
    with opened(path) as archive:
        assert set(archive.manifest.databases) == set(MEMBERS)
        since = archive.manifest.replay_since
    assert since is not None, "no group is behind: an hour is enough"
    restored(path, one, replace=True)
    assert one.run("kb", "SELECT string_agg(id::text, ' ' ORDER BY id) FROM outbox WHERE published_at IS NULL") == "2 3"
