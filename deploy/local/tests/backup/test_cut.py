"""The one instant of several databases, while they are written to."""

import asyncio
import json
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

import asyncpg
import pytest

from kefu_local.backup.checksums import differences
from kefu_local.backup.cut import _snapshot, connect, cut
from kefu_local.backup.sources import elsewhere
from kefu_local.plan import DATABASES, MEMBERS
from kefu_local.refused import Refused

Deploy = Callable[..., Any]


async def causes_and_effects(urls: dict[str, str], until: asyncio.Event) -> None:
    """Events said in one database that have their effect in another right after, as fast as it goes."""
    cause, effect = await asyncpg.connect(urls["ticket"]), await asyncpg.connect(urls["routing"])
    while not until.is_set():
        event = await cause.fetchval("INSERT INTO outbox DEFAULT VALUES RETURNING event_id")
        await effect.execute("INSERT INTO inbox VALUES ($1)", event)
        await asyncio.sleep(0)
    await cause.close()
    await effect.close()


async def ghosts(connections: Any) -> int:
    """Effects whose event was never said."""
    said = {row[0] for row in await connections["ticket"].fetch("SELECT event_id FROM outbox")}
    heard = {row[0] for row in await connections["routing"].fetch("SELECT event_id FROM inbox")}
    return len(heard - said)


@pytest.mark.asyncio
async def test_no_effect_is_seen_without_its_cause(deployment: Deploy) -> None:
    urls = deployment(filled=True).urls
    members = {name: urls[name] for name in MEMBERS}
    until = asyncio.Event()
    writing = asyncio.create_task(causes_and_effects(urls, until))
    for _ in range(8):
        async with cut(members) as seen:
            assert await ghosts(seen.connections) == 0
    # Planted: snapshots one after the other, with nothing held, show effects without a cause.
    found = 0
    for _ in range(8):
        async with AsyncExitStack() as stack:
            opened = {}
            for name in ("ticket", "routing"):
                opened[name] = await connect(name, urls[name])
                stack.push_async_callback(opened[name].close)
                await _snapshot(opened[name])
                await asyncio.sleep(0.02)
            found += await ghosts(opened)
    until.set()
    await writing
    assert found > 0


@pytest.mark.asyncio
async def test_an_unfinished_write_is_waited_for_and_then_in_it(deployment: Deploy) -> None:
    urls = deployment(filled=True).urls
    writer = await asyncpg.connect(urls["kb"])
    await writer.execute("BEGIN")
    await writer.execute("INSERT INTO outbox DEFAULT VALUES")
    finishing = asyncio.get_running_loop().call_later(0.2, lambda: asyncio.ensure_future(writer.execute("END")))
    async with cut({name: urls[name] for name in MEMBERS}) as seen:
        assert await seen.connections["kb"].fetchval("SELECT count(*) FROM outbox") == 4
    finishing.cancel()
    await writer.close()


def test_what_differs_is_said() -> None:
    was = {"public.a": (2, "5"), "public.b": (1, "7"), "public.c": (1, "1")}
    assert differences(was, was) == []
    assert differences(was, {"public.a": (3, "5"), "public.b": (1, "8"), "public.d": (0, "0")}) == [
        "public.a has 3 rows instead of 2", "public.b has other content", "public.c is missing",
        "public.d is not in the archive",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("[1]", "must be JSON"), ("{", "must be JSON"), ('{"ticket": "postgresql://x"}', "lack bus, feedback"),
        (json.dumps(dict.fromkeys(DATABASES, "mysql://:hush@x")), "none of postgresql://"),
        (json.dumps(dict.fromkeys(DATABASES, "kafka://:hush@x")), "none of postgresql://"),
    ],
)  # fmt: skip
def test_wrong_addresses_are_refused_without_showing_them(given: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refused:
        elsewhere(given)
    assert "hush" not in str(refused.value)


def test_on_kafka_the_bus_is_no_database() -> None:
    urls = dict.fromkeys(DATABASES, "postgresql://x/y")
    assert next(iter(elsewhere(json.dumps(urls)).dumped)) == "bus"
    assert set(elsewhere(json.dumps(urls | {"bus": "kafka://x:9092"})).dumped) == set(MEMBERS)
