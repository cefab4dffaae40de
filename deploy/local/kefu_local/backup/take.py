"""Taking a backup: every database as of one instant into an archive, then restored elsewhere and compared."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg

from common.bus import BusUnavailable
from common.bus.kafka_access import WrongAddress
from common.bus.kafka_groups import heard_since
from common.embedded.postgres import Server
from common.migrate import version_table
from common.runtime import all_topics
from kefu_local.backup.archive import Archive, Writing, dump_name, opened, writing
from kefu_local.backup.checksums import checksums, differences
from kefu_local.backup.cut import connect, cut
from kefu_local.backup.manifest import Dump, Entry, Manifest
from kefu_local.backup.postgres_programs import dumped, fill, refuse_newer_server
from kefu_local.backup.sources import Sources
from kefu_local.plan import GATEWAY, MEMBERS, SERVICES, module_of
from kefu_local.refused import Refused

GROUPS = (*(f"{name}-svc" for name in SERVICES), GATEWAY)
"""The consumer groups of the platform, by the names of `made_of.py`."""
_ABANDONED = 24 * 3600.0
_QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "2GB"}


def take(sources: Sources, into: Path, files: dict[str, bytes]) -> Manifest:
    """Write the archive `into`, with the databases and these small files. Raises Refused."""
    return asyncio.run(_take(sources, into, files))


def verify(path: Path) -> None:
    """Restore the archive into a Postgres of its own, which is thrown away, and compare every table. Raises Refused."""
    with opened(path) as archive, _scratch() as server:
        for name in archive.manifest.databases:
            url = server.ensure_database(name, name)
            with archive.stream(dump_name(name)) as dump:
                fill(url, dump)
        asyncio.run(compare(archive, {name: server.url(name, name) for name in archive.manifest.databases}))


async def compare(archive: Archive, urls: dict[str, str]) -> None:
    """Hold what the databases hold now against the manifest. Raises Refused with every difference."""
    wrong: list[str] = []
    for name, dump in archive.manifest.databases.items():
        connection = await connect(name, urls[name])
        try:
            wrong += [f"{name}: {one}" for one in differences(dump.tables, await checksums(connection))]
        finally:
            await connection.close()
    if wrong:
        more = f" (and {len(wrong) - 10} more)" if len(wrong) > 10 else ""
        raise Refused(f"What was restored is not what was backed up: {'; '.join(wrong[:10])}{more}.")


async def _take(sources: Sources, into: Path, files: dict[str, bytes]) -> Manifest:
    # Before the cut: what a group acknowledged by now had its effect by then.
    since = await _replay_since(sources)
    async with cut(sources.dumped) as seen:
        servers = {name: await _server(name, one) for name, one in seen.connections.items()}
        with writing(into) as archive:
            databases = {
                name: await _dump(archive, name, url, seen.connections[name], seen.snapshots[name], servers[name])
                for name, url in sources.dumped.items()
            }
            manifest = Manifest(
                at=seen.at,
                bus="kafka" if sources.on_kafka else "embedded",
                replay_since=since,
                databases=databases,
                files={name: archive.add(name, [content]) for name, content in files.items()},
            )
            archive.finish(manifest)
    return manifest


async def _dump(
    archive: Writing, name: str, url: str, seen: asyncpg.Connection[Any], snapshot: str, server: str
) -> Dump:
    entry: Entry = await asyncio.to_thread(archive.add, dump_name(name), dumped(url, snapshot))
    return Dump(
        **entry.model_dump(), server=server, revisions=await _revisions(name, seen), tables=await checksums(seen)
    )


async def _server(name: str, connection: asyncpg.Connection[Any]) -> str:
    refuse_newer_server(name, int(await connection.fetchval("SHOW server_version_num")))
    return str(await connection.fetchval("SHOW server_version"))


async def _revisions(name: str, connection: asyncpg.Connection[Any]) -> dict[str, str]:
    if name not in MEMBERS:
        return {}
    owners = ("common", module_of(name))
    return {one: str(await connection.fetchval(f"SELECT version_num FROM {version_table(one)}")) for one in owners}


async def _replay_since(sources: Sources) -> datetime | None:
    """On Kafka, from when on published events may be unheard; None where nobody can tell, or it does not matter."""
    if not sources.on_kafka or not sources.answers:
        return None
    try:
        return await heard_since(sources.bus, GROUPS, all_topics())
    except (BusUnavailable, WrongAddress) as error:
        raise Refused(f"The broker does not say how far the groups are: {error}") from error


@contextmanager
def _scratch() -> Iterator[Server]:
    """A Postgres that nobody else knows, for as long as the block."""
    for left in Path(tempfile.gettempdir()).glob("kefu-verify-*"):  # by a run that was killed
        if time.time() - left.stat().st_mtime > _ABANDONED:
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix="kefu-verify-"))
    folder.chmod(0o711)
    server = Server(folder / "postgres", options=_QUICK)
    try:
        server.start()
        yield server
    except OSError as error:
        raise Refused(f"The archive was written but could not be verified: {error}.") from error
    finally:
        server.stop()
        shutil.rmtree(server.home, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
