from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest

from common.bus.postgres import PostgresBus
from common.embedded.postgres import Server
from common.testing.bus import collect, numbered, send_all

NOW = timedelta(0)


@pytest.mark.asyncio
async def test_what_is_old_and_read_by_every_living_group_goes(bus_server: Server) -> None:
    url = bus_server.ensure_database(f"prune_{uuid4().hex[:8]}", "bus")
    bus = await PostgresBus.open(url)
    await bus.ensure_topics(["t"])
    await send_all(await bus.producer("test"), numbered("t", ["a"], 10))
    fast, slow = await bus.consumer("fast", ["t"]), await bus.consumer("slow", ["t"])
    await collect(fast, 10)
    await slow.fetch(limit=4)
    await slow.acknowledge()
    assert await bus.prune(timedelta(days=1)) == 0
    assert await bus.prune(NOW) == 4
    await bus.housekeep()
    assert [m.value for m in await collect(slow, 6)] == [f"a:{n}".encode() for n in range(4, 10)]
    assert await bus.prune(NOW) == 6
    late = await bus.consumer("late", ["t"])
    assert await late.fetch(wait=0.1) == []
    assert sum((await late.lag()).values()) == 0
    await bus.close()


@pytest.mark.asyncio
async def test_a_group_that_nobody_was_seen_in_for_a_month_holds_nothing_back(bus_server: Server) -> None:
    url = bus_server.ensure_database(f"prune_{uuid4().hex[:8]}", "bus")
    bus = await PostgresBus.open(url)
    await bus.ensure_topics(["t"])
    await send_all(await bus.producer("test"), numbered("t", ["a"], 3))
    gone = await bus.consumer("gone", ["t"])
    await gone.fetch()
    await gone.close()
    assert await bus.prune(NOW) == 0
    connection = await asyncpg.connect(url)
    await connection.execute("UPDATE kefu_bus.consumer_group SET seen_at = now() - interval '31 days'")
    await connection.close()
    assert await bus.prune(NOW) == 3
    await bus.close()
