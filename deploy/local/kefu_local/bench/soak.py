"""`kefu soak`: steady load with a kill now and then. Does memory grow, and does a table grow that nothing prunes?"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import time
from collections import Counter, defaultdict
from pathlib import Path
from random import Random
from typing import Annotated, Any

import asyncpg
import typer
from rich.console import Console
from rich.table import Column, Table

from common.embedded.ports import free_port
from kefu_local.bench import centre
from kefu_local.bench.command import a_folder
from kefu_local.bench.load import Order
from kefu_local.bench.loader import Loader
from kefu_local.bench.machine import machine
from kefu_local.bench.own import Own
from kefu_local.bench.slope import Sample, slope_per_hour
from kefu_local.bench.watch import Watch
from kefu_local.place import ROOT
from kefu_local.say import say
from kefu_local.verify.kills import POSTGRES, Kills, told

app = typer.Typer(add_completion=False)

_EVERY = 5.0
_HANDS_EVERY = 120.0
_MEGABYTE = 1024.0

# What is kept, and for how long, is said once in common.retention; a table of the domain is kept on purpose.
_TABLES = """
SELECT relname AS name, pg_total_relation_size(relid) AS bytes, n_live_tup AS rows
FROM pg_stat_user_tables WHERE schemaname <> 'pg_catalog'
"""


@app.command()
def soak(
    minutes: Annotated[float, typer.Option(min=0.5, help="How long.")] = 30.0,
    rate: Annotated[float, typer.Option(min=1, help="Creates per second.")] = 30.0,
    kill_every: Annotated[float, typer.Option(min=0, help="Seconds between two kills; 0: none.")] = 60.0,
    kafka: Annotated[bool, typer.Option("--kafka", help="On a real broker.")] = False,
    seed: Annotated[int | None, typer.Option(help="Repeats the order of an earlier run's kills.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write everything to this file.")] = None,
) -> None:
    """Open tickets at a steady rate for a long time, killing a process now and then, and tell what grew."""
    number = secrets.randbelow(1_000_000) if seed is None else seed
    say(f"{minutes:g} minutes at {rate:g}/s, a kill every {kill_every:g} s, seed {number}")
    with a_folder("kafka" if kafka else "embedded", ROOT) as folder:
        found = asyncio.run(_soak(folder / "data", minutes * 60, rate, kill_every, number, kafka=kafka))
    _show(found)
    if json_file:
        json_file.write_text(json.dumps({"machine": machine(), **found}, indent=1, ensure_ascii=False) + "\n")


async def _soak(
    folder: Path, seconds: float, rate: float, kill_every: float, seed: int, *, kafka: bool
) -> dict[str, Any]:
    own = Own(folder, free_port(), *(["--kafka"] if kafka else []))
    loader = await Loader.start()
    try:
        await own.start()
        token = await asyncio.to_thread(centre.furnish, own.place, own.port)
        order = Order(
            op="create", url=own.url, connections=8, seconds=seconds, rate=rate,
            headers={"authorization": f"Bearer {token}"},
        )  # fmt: skip
        memory: dict[str, list[Sample]] = defaultdict(list)
        before = await _tables(own)
        aside = [
            asyncio.create_task(_sample(own, memory)),
            asyncio.create_task(_empty_hands(own)),
            asyncio.create_task(_kill(chaos := Kills(own.place, seed, brokers=int(kafka)), kill_every)),
        ]
        done = await loader.run(order, _nothing)
        for task in aside:
            task.cancel()
        await asyncio.gather(*aside, return_exceptions=True)
        async with Watch(own.server) as watch:
            left = await watch.quiet()
        after = await _tables(own)
    finally:
        await loader.stop()
        await own.stop()
        own.remove()
    return {
        "answered": len(done["latencies"]),
        "refused": done["refused"],
        "killed": dict(chaos.done),
        "quiet_after_s": round(left, 1),
        "memory": {name: _memory(samples) for name, samples in sorted(memory.items())},
        "tables": {name: {"before": before.get(name, [0, 0]), "after": sizes} for name, sizes in sorted(after.items())},
    }


async def _nothing() -> None:
    return None


def _memory(samples: list[Sample]) -> dict[str, Any]:
    slope = slope_per_hour(samples)
    # Caches that fill up level off and a leak does not: what the last third did tells them apart.
    at_last = slope_per_hour(samples[len(samples) * 2 // 3 :])
    return {
        "mb_first": round(samples[0].value, 1),
        "mb_last": round(samples[-1].value, 1),
        "mb_most": round(max(one.value for one in samples), 1),
        "mb_per_hour": None if slope is None else round(slope, 2),
        "mb_per_hour_at_last": None if at_last is None else round(at_last, 2),
        "lives": len({one.life for one in samples}),
        "series": [[one.life, round(one.age), round(one.value, 2)] for one in samples[:: round(60 / _EVERY)]],
    }


async def _sample(own: Own, memory: dict[str, list[Sample]]) -> None:
    """The anonymous memory of each process: what it has for itself, and what of the launcher's it has changed."""
    born: dict[int, float] = {}
    while True:
        kept = own.place.kept.read()
        pids = {name: int(one["pid"]) for name, one in kept.get("children", {}).items()} | {"launcher": own.pid}
        with contextlib.suppress(OSError, ValueError, IndexError):
            pids[POSTGRES] = int((own.server.data / "postmaster.pid").read_text().split()[0])
        now = time.monotonic()
        for name, pid in pids.items():
            value = anonymous(pid)
            if value is not None:
                memory[name].append(Sample(pid, now - born.setdefault(pid, now), value))
        await asyncio.sleep(_EVERY)


def anonymous(pid: int) -> float | None:
    """Megabytes of anonymous memory of a process (RssAnon); None when it has gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) / _MEGABYTE for line in lines if line.startswith("RssAnon:")), None)


async def _empty_hands(own: Own) -> None:
    while True:
        await asyncio.sleep(_HANDS_EVERY)
        with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            async with Watch(own.server) as watch:
                await watch.empty_hands()


async def _kill(chaos: Kills, every: float) -> None:
    """One process after the other, each as often as any other, in an order drawn from the seed."""
    if not every:
        return
    dice = Random(chaos.seed)
    while True:
        names = [*chaos.wanted(), POSTGRES]
        dice.shuffle(names)
        for name in names:
            await asyncio.sleep(every)
            await chaos.kill(name)


async def _tables(own: Own) -> dict[str, list[int]]:
    """Bytes and rows of every table, by `database.table`."""
    found: dict[str, list[int]] = {}
    address = own.server.superuser_url
    for database in ("ticket", "routing", "kb", "feedback", "gateway", "bus"):
        connection = await asyncpg.connect(address, database=database)
        try:
            await connection.execute("ANALYZE")
            for row in await connection.fetch(_TABLES):
                found[f"{database}.{row['name']}"] = [row["bytes"], row["rows"]]
        finally:
            await connection.close()
    return found


def _numbers(name: str, *columns: str) -> Table:
    return Table(name, *(Column(word, justify="right") for word in columns))


def _show(found: dict[str, Any]) -> None:
    say(f"{found['answered']} created, refused {found['refused'] or 'none'}; killed: {told(Counter(found['killed']))}")
    say(f"Every effect was there {found['quiet_after_s']:g} s after the last create.")
    memory = _numbers("process", "first MB", "last", "most", "MB/h", "MB/h at last", "lives")
    for name, one in found["memory"].items():
        slopes = ["-" if (by := one[key]) is None else f"{by:+.2f}" for key in ("mb_per_hour", "mb_per_hour_at_last")]
        sizes = [f"{one[key]}" for key in ("mb_first", "mb_last", "mb_most")]
        memory.add_row(name, *sizes, *slopes, f"{one['lives']}")
    tables = _numbers("table", "rows before", "after", "MB before", "after")
    for name, one in found["tables"].items():
        (bytes_before, before), (bytes_after, after) = one["before"], one["after"]
        if after > before or bytes_after > bytes_before:
            tables.add_row(name, f"{before}", f"{after}", f"{bytes_before / 1e6:.1f}", f"{bytes_after / 1e6:.1f}")
    console = Console(width=max(100, int(os.environ.get("COLUMNS", "100"))))
    console.print(memory)
    console.print(tables)
