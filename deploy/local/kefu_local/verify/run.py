"""A run of the checker: load, chaos, quiet, observation, verdict.

verdict = await verify(Target(url, login, bus), creates=1000, chaos=kills)
assert verdict.whole, verdict.tell()
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from kefu_local.verify.ask import Asking, connect
from kefu_local.verify.facts import Topics
from kefu_local.verify.history import History, begin, load
from kefu_local.verify.load import agents_for, hire, send_home, work
from kefu_local.verify.observe import CannotLook, Looking
from kefu_local.verify.seen import Seen
from kefu_local.verify.verdict import Verdict, judge

PATIENCE = 60.0
"""Seconds in which what is amiss may still come right without anything changing: the second retry of a parked event."""
_AT_MOST = 10
_QUIET = 2.0
Chaos = Callable[[], Awaitable[None]]
Tick = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Target:
    """The platform: its gateway, an administrator's e-mail and password, and the address of its bus."""

    url: str
    login: tuple[str, str]
    bus: str


def _silent(_phase: str, _done: int) -> None:
    return None


async def verify(
    target: Target,
    *,
    creates: int = 1000,
    clients: int = 16,
    seed: int = 0,
    history: Path | None = None,
    chaos: Chaos | None = None,
    patience: float = PATIENCE,
    tick: Tick = _silent,
) -> Verdict:
    """Put load on the platform while `chaos` does its worst, wait until it is quiet, and judge.

    Raises CannotLook when the platform does not let us in or stays away, and whatever `chaos` raises.
    """
    kept = begin(target.url, time.time(), agents=agents_for(creates), path=history)
    try:
        async with entered(target, clients * 2 + 8) as http:
            await hire(http, kept.run)
            await _work(Asking(http, kept), chaos, creates=creates, clients=clients, seed=seed, tick=tick)
            verdict = await _settled(http, target, kept, patience=patience, tick=tick)
            await send_home(http, kept.run)
    finally:
        kept.close()
    return verdict


async def again(target: Target, history: Path, *, patience: float = PATIENCE, tick: Tick = _silent) -> Verdict:
    """Judge an earlier run anew, as the platform is now. Raises NoHistory or CannotLook."""
    async with entered(target, 16) as http:
        return await _settled(http, target, load(history), patience=patience, tick=tick)


@asynccontextmanager
async def entered(target: Target, connections: int) -> AsyncIterator[httpx.AsyncClient]:
    """A client that is logged in. Raises CannotLook."""
    email, password = target.login
    async with connect(target.url, connections, {"x-kefu-csrf": "1"}) as http:
        try:
            answer = await http.post("/v1/login", json={"email": email, "password": password})
        except httpx.HTTPError as error:
            raise CannotLook(f"Nothing answers at {target.url} ({error!r}).") from error
        if not answer.is_success:
            raise CannotLook(f"The login of {email} was refused: {answer.text}")
        yield http


async def _work(asking: Asking, chaos: Chaos | None, *, creates: int, clients: int, seed: int, tick: Tick) -> None:
    try:
        async with asyncio.TaskGroup() as group:
            at_it = group.create_task(_do(chaos))
            await work(
                asking, creates=creates, clients=clients, seed=seed,
                busy=lambda: not at_it.done(), tick=lambda done: tick("tickets", done),
            )  # fmt: skip
    except ExceptionGroup as errors:
        raise _first(errors) from errors


def _first(error: Exception) -> Exception:
    """The fault that ended the others."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


async def _do(chaos: Chaos | None) -> None:
    if chaos:
        await chaos()


async def _settled(
    http: httpx.AsyncClient, target: Target, history: History, *, patience: float, tick: Tick
) -> Verdict:
    """Look until all is well, or until nothing has changed for `patience` seconds."""
    looking, topics, seen = Looking(http, history.run), Topics(target.bus, history.run), Seen()
    try:
        await topics.read(_QUIET)
        tick("events", len(topics.facts))
        seen.facts, seen.tickets = topics.facts, await looking.tickets()
        seen.room = await looking.room(history.run.agents)
        verdict = judge(history, seen)
        changed = begun = time.monotonic()
        while not verdict.whole and time.monotonic() < min(changed + patience, begun + patience * _AT_MOST):
            before, named = verdict.findings, {one.ticket for one in verdict.findings}
            await topics.read(1.0)
            fresh = await looking.tickets(only=named)
            seen.tickets = {id_: one for id_, one in seen.tickets.items() if id_ not in named} | fresh
            seen.room = await looking.room(history.run.agents)
            verdict = judge(history, seen)
            tick("amiss", len(verdict.findings))
            changed = changed if set(verdict.findings) == set(before) else time.monotonic()
    finally:
        await topics.close()
    return verdict
