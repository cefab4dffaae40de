"""Putting an archive's databases in the place of what these databases hold, and the bus in step with them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from common.bus import BusUnavailable
from common.bus.kafka_access import WrongAddress
from common.bus.kafka_groups import GroupAtWork, move_to_end
from common.crash import crash_point
from common.runtime import all_topics
from kefu_local.backup.archive import Archive, dump_name
from kefu_local.backup.cut import connect
from kefu_local.backup.postgres_programs import OLDEST, fill
from kefu_local.backup.sources import Sources
from kefu_local.backup.take import GROUPS, compare
from kefu_local.backup.under_way import mark, refuse_targets, unmark
from kefu_local.plan import BUS, MEMBERS
from kefu_local.refused import Refused
from kefu_local.say import say

_SKEW = timedelta(minutes=10)
"""How far the clocks of the workers and of whoever took the backup may be apart."""
_SAY_AGAIN = "UPDATE outbox SET published_at = NULL WHERE published_at >= $1"


def put_back(archive: Archive, targets: Sources, *, replace: bool, begins: Callable[[], None]) -> None:
    """Fill every database, compare every table, mend the bus, and only then let services work on them.

    `begins` is called before the first change. Raises Refused: before it when it cannot be done, later with the
    databases marked as unfinished.
    """
    if (archive.manifest.bus == "kafka") is not targets.on_kafka:
        raise Refused(
            f"The archive is of a platform whose bus was {archive.manifest.bus}, and this one has the other kind:"
            " restore it with the same kind of bus, let the workers empty their outboxes, then change the bus."
        )
    urls = targets.dumped
    asyncio.run(refuse_targets(urls, replace=replace, oldest=OLDEST))
    begins()
    asyncio.run(mark(urls))
    crash_point("restore.marked")
    for name in archive.manifest.databases:
        with archive.stream(dump_name(name)) as dump:
            fill(urls[name], dump)
        say(f"  {name}")
        crash_point("restore.filled_one")
    asyncio.run(compare(archive, urls))
    asyncio.run(_settle(archive, targets))
    crash_point("restore.settled")


async def release(targets: Sources) -> None:
    """The restore is finished, with all that belongs to it: services may work on the databases."""
    await unmark(targets.dumped)


async def _settle(archive: Archive, targets: Sources) -> None:
    for name, url in targets.dumped.items():
        await _run(name, url, "ANALYZE")
    if targets.on_kafka:
        await _say_again({name: targets.databases[name] for name in MEMBERS}, archive.manifest.replay_since)
        if targets.answers:
            await _behind_everything(targets.bus)
    else:
        # Members of groups are processes of before; who they were holds nobody up, but need not be looked at.
        await _run(BUS, targets.dumped[BUS], "UPDATE kefu_bus.claim SET owner = NULL, wanted_at = NULL")


async def _say_again(urls: Mapping[str, str], since: datetime | None) -> None:
    """Let the relays send again what some group may not have heard; what it has heard its inbox drops."""
    after = since - _SKEW if since else datetime.fromisoformat("1970-01-01T00:00:00+00:00")
    for name, url in urls.items():
        connection = await connect(name, url)
        try:
            await connection.execute(_SAY_AGAIN, after)
        finally:
            await connection.close()


async def _behind_everything(bus: str) -> None:
    try:
        await move_to_end(bus, GROUPS, all_topics())
    except (BusUnavailable, GroupAtWork, WrongAddress) as error:
        raise Refused(f"The groups could not be moved to the end of the topics: {error}. Run it again.") from error


async def _run(name: str, url: str, statement: str) -> None:
    connection = await connect(name, url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
