"""The load: agents who take what comes, and clients who ask until enough was asked."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

import httpx

from kefu_local.verify.ask import Asking
from kefu_local.verify.history import Run
from kefu_local.verify.observe import CannotLook
from kefu_local.verify.stories import RESOLVED, Client

_CAPACITY = 100
_PACE = 0.5
"""Seconds between two tickets of a client once enough were opened, while processes are still being killed."""
_TRIES = 30


def agents_for(creates: int) -> int:
    """How many agents can have all the tickets that stay unresolved at the same time."""
    return 2 + int(creates * (1 - RESOLVED) * 1.25) // _CAPACITY


async def hire(http: httpx.AsyncClient, run: Run) -> None:
    """Let the run's agents be there. Raises CannotLook when the platform does not take them."""
    profile = {"skills": {"lang:zh": 5, "lang:en": 5}, "capacity": _CAPACITY, "auto_accept": True}
    for number, agent in enumerate(run.agents):
        await _put(http, f"/v1/agents/{agent}", {**profile, "name": f"verify {run.marker} {number}"})
        await _put(http, f"/v1/agents/{agent}/presence", {"presence": "online"})


async def send_home(http: httpx.AsyncClient, run: Run) -> None:
    """Let the run's agents take nothing more."""
    for agent in run.agents:
        await _put(http, f"/v1/agents/{agent}/presence", {"presence": "offline"})


async def work(
    asking: Asking, *, creates: int, clients: int, seed: int, busy: Callable[[], bool], tick: Callable[[int], None]
) -> None:
    """Open at least `creates` tickets from `clients` clients, and go on slowly for as long as `busy` says so."""
    begun = done = 0

    async def one(client: Client) -> None:
        nonlocal begun, done
        while begun < creates or busy():
            enough = begun >= creates
            begun += 1
            await client.story()
            done += 1
            tick(done)
            if enough:
                await asyncio.sleep(_PACE)

    async with asyncio.TaskGroup() as group:
        for number in range(clients):
            group.create_task(one(Client(number, asking, random.Random(f"{seed}/{number}"))))


async def _put(http: httpx.AsyncClient, path: str, body: dict[str, object]) -> None:
    why = ""
    for _ in range(_TRIES):
        try:
            answer = await http.put(path, json=body)
        except httpx.HTTPError as error:
            why = repr(error)
        else:
            if answer.is_success:
                return
            why = answer.text
        await asyncio.sleep(1)
    raise CannotLook(f"PUT {path}: {why}")
