"""One bus from the first start to the last figure."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from common.embedded.ports import free_port
from common.http.identity import HEADER, Caller, Mint
from common.ids import new_id
from common.migrate import migrate
from kefu_local.bench import bare_rows, centre, flow
from kefu_local.bench.loader import Loader, end, start_bare
from kefu_local.bench.measure import ASIDE, BARE, DIRECT, GATEWAY, STATEMENT, TARGETS, WRITTEN, Bench, Target
from kefu_local.bench.own import Own
from kefu_local.bench.processes import read_memory
from kefu_local.bench.profile import read_profiles
from kefu_local.bench.watch import Watch

EMBEDDED, KAFKA = "embedded", "kafka"
Tell = Callable[[str], None]

_ADMITTED_AT = 8
_PROFILED = 10.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to measure and for how long (seconds)."""

    ops: Sequence[str]
    connections: Sequence[int]
    seconds: float
    rounds: int
    bounds: bool = True
    flow: bool = True
    """Also the sustained rates, the latencies of effects and the statements."""
    long: float = 15.0
    """Of the stretches that must hold."""


async def run_bus(bus: str, folder: Path, wanted: Wanted, tell: Tell, *, profile: bool) -> dict[str, Any]:
    """Everything that is measured on one bus, as plain values. The data folder is removed in the end."""
    own = Own(folder, free_port(), *(["--kafka"] if bus == KAFKA else []))
    try:
        tell(f"{bus}: first start")
        found: dict[str, Any] = {"start": {"first_s": round(await own.start(), 1)}}
        token = await asyncio.to_thread(centre.furnish, own.place, own.port)
        async with Watch(own.server) as watch:
            await watch.set("track_commit_timestamp", "on")
        await own.stop()
        tell(f"{bus}: second start")
        found["start"]["second_s"] = round(await own.start(), 1)
        async with _bench(own, token) as bench:
            await _measure(bench, own, wanted, tell, found)
        await own.stop()
        if profile:
            tell(f"{bus}: profile")
            found["profile"] = await _profile(own, token, folder.with_name("profile"))
    finally:
        await own.stop()
        own.remove()
    return found


async def _measure(bench: Bench, own: Own, wanted: Wanted, tell: Tell, found: dict[str, Any]) -> None:
    tell("idle")
    await bench.rest(max(2.0, wanted.seconds))
    found["idle_cpu_share"] = {part: round(share, 4) for part, share in bench.idle.items()}
    found["memory_idle"] = _memory(own.pid)
    found["figures"] = []
    targets = TARGETS if wanted.bounds else (GATEWAY,)
    for op in wanted.ops:
        for connections in wanted.connections:
            tell(f"{op}, {connections} connections")
            figures = await bench.compare(
                op, connections, seconds=wanted.seconds, rounds=wanted.rounds, targets=targets
            )
            found["figures"] += [one.as_json() for one in figures]
    if wanted.flow:
        await _flow(bench, own, wanted, tell, found)
    found["memory_after_load"] = _memory(own.pid)


async def _flow(bench: Bench, own: Own, wanted: Wanted, tell: Tell, found: dict[str, Any]) -> None:
    tell("admitted rate")
    targets = [GATEWAY, BARE, WRITTEN] if wanted.bounds else [GATEWAY]
    figures = await bench.compare(
        "create", _ADMITTED_AT, seconds=wanted.long, rounds=min(2, wanted.rounds), targets=targets
    )
    found["admitted"] = [one.as_json() for one in figures]
    tell(f"effects at {flow.STEADY_RATE:g} tickets a second")
    found["steady"] = await flow.steady(bench, wanted.long)
    tell("sustained rate")
    found["sustained"] = await flow.sustained(
        bench, figures[0].rate, look=max(2.0, wanted.seconds), confirm=wanted.long
    )
    tell("statements")
    log, each = own.server.log, min(3.0, wanted.seconds)
    async with flow.logged(bench):
        found["idle_statements"] = await flow.idle_statements(log, each)
        found["statements"] = {op: await flow.statements(bench, log, op, each) for op in wanted.ops}


async def _profile(own: Own, token: str, folder: Path) -> dict[str, Any]:
    """Where the CPU goes in a create, in every process: the platform once more, with samples taken."""
    await asyncio.to_thread(folder.mkdir)
    await own.start({"KEFU_PROFILE": str(folder)})
    async with _bench(own, token) as bench:
        await bench.window(GATEWAY, bench.targets[GATEWAY].order("create", _ADMITTED_AT, _PROFILED))
    await own.stop()  # the samples are written at the end
    return read_profiles(folder)


@asynccontextmanager
async def _bench(own: Own, token: str) -> AsyncIterator[Bench]:
    """The platform with its load, its bounds and some tickets that stand."""
    async with AsyncExitStack() as stack:
        watch = await stack.enter_async_context(Watch(own.server))
        bare_url = await _bare_database(own)
        homes, others = dict[str, str](), dict[str, int]()
        for name, words in ((BARE, ()), (WRITTEN, ("written",))):
            port = free_port()
            process = await start_bare(bare_url, port, *words)
            stack.push_async_callback(end, process)
            homes[name], others[name] = f"http://127.0.0.1:{port}", process.pid
        loader = await Loader.start()
        stack.push_async_callback(loader.stop)
        direct = identity(own)
        service, kb = own.service_url("ticket"), own.service_url("kb")
        targets = {
            GATEWAY: Target(GATEWAY, own.url, own.url, lambda: {"authorization": f"Bearer {token}"}),
            DIRECT: Target(DIRECT, service, kb, direct),
            **{name: Target(name, home, home) for name, home in homes.items()},
            STATEMENT: Target(STATEMENT, bare_url, bare_url),
        }
        bench = Bench(own.pid, watch, loader, targets, others)
        await watch.quiet()
        ours, theirs = await _some_tickets(bench, GATEWAY), await _some_tickets(bench, BARE)
        ids = {GATEWAY: ours, DIRECT: ours} | dict.fromkeys((BARE, WRITTEN, STATEMENT), theirs)
        bench.targets = {
            name: Target(name, one.url, one.search_url, one.headers, ids[name]) for name, one in targets.items()
        }
        yield bench


async def _some_tickets(bench: Bench, target: str) -> list[str]:
    """Tickets of known customers that later requests ask for; it also warms the target up."""
    order = bench.targets[target].order("create-known", 8, 3.0)
    _, told = await bench.window(target, order)
    ids: list[str] = told["ids"]
    return ids


async def _bare_database(own: Own) -> str:
    """A database beside the platform's on the same server, with the tables of ticket-svc."""
    url = await asyncio.to_thread(own.server.ensure_database, "bare", "bare")
    await migrate(url, "ticket_svc")
    connection = await asyncpg.connect(url)
    try:
        await bare_rows.lay_out(connection)
    finally:
        await connection.close()
    return url


def identity(own: Own) -> Callable[[], Mapping[str, str]]:
    """Makes identities as the gateway does, signed with its key."""
    caller = Caller(new_id(), "key", "integration", f"bench-{secrets.token_hex(4)}")
    mint = Mint(own.place.keys.read()["identity_private"])
    return lambda: {HEADER: mint.identity(caller)}


def _memory(root: int) -> dict[str, dict[str, float]]:
    return {
        part: {"pss_mb": round(memory.pss, 1), "rss_mb": round(memory.rss, 1)}
        for part, memory in sorted(read_memory(root).items(), key=lambda one: -one[1].pss)
        if part not in ASIDE
    }
