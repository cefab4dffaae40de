"""A new version under load: every process is replaced, no request fails, nothing is lost or done twice."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest
import pytest_asyncio

from common.embedded.kafka import Broker
from common.embedded.postgres import Server
from common.migrate import migrate
from integration.rolling.clients import Lister, Viewer, all_ids, logged_in
from integration.rolling.deployment import ADMIN, Cluster, Nursery, cluster
from kefu_local import plan
from kefu_local.verify.history import History, load
from kefu_local.verify.run import Target, verify
from kefu_local.verify.verdict import Verdict

# On Kafka, as every deployment: a rebalance is the broker's.
pytestmark = [pytest.mark.kafka, pytest.mark.asyncio(loop_scope="session")]

STOPPED_WITHIN = 30.0
"""Seconds from SIGTERM to the end, with live streams open and requests under way."""
_PLANTED = Path(__file__).parents[1] / "history" / "planted"


@pytest.fixture(scope="module")
def mutant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that says which mutant the processes started next run with."""
    return tmp_path_factory.mktemp("rolling") / "mutant"


@pytest.fixture(scope="module")
def nursery(mutant: Path) -> Iterator[Nursery]:
    made = Nursery({**os.environ, "KEFU_MUTANT": str(mutant), "PYTHONPATH": str(_PLANTED)})
    yield made
    made.close()


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker of its own: on the run's there is what others said."""
    made = Broker(tmp_path_factory.mktemp("rolling-kafka"), brisk=True)
    made.start()
    yield made
    made.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def running(passable_folder: Path, broker: Broker, nursery: Nursery) -> AsyncIterator[Cluster]:
    """The platform, every process in a pod of its own."""
    home = passable_folder / "rolling"
    (home / "logs").mkdir(parents=True)
    server = Server(home / "postgres", options={"max_connections": "400", "fsync": "off"})
    server.start()
    try:
        async with cluster(home / "logs", server, broker.url) as made:
            for member in plan.MEMBERS:
                await migrate(made.databases[member], plan.module_of(member))
            await made.roll([*made.deployments], nursery)
            yield made
            made.kill()
    finally:
        server.stop()


@asynccontextmanager
async def looked_at(url: str) -> AsyncIterator[tuple[list[Lister], list[Viewer]]]:
    """Listers and viewers, for the length of a block; each list is read over two connections that are kept."""
    async with logged_in(url) as http:
        listers, viewers = [Lister(http) for _ in range(2)], [Viewer(http) for _ in range(3)]
        # One asks without a pause, the other so seldom that its connection is idle for most of the time.
        work = [asyncio.create_task(lister.look(pause)) for lister, pause in zip(listers, (0.01, 0.7), strict=True)]
        work += [asyncio.create_task(viewer.look()) for viewer in viewers]
        async with asyncio.timeout(20):
            while not all(viewer.told["opened"] for viewer in viewers):
                await asyncio.sleep(0.05)
        yield listers, viewers
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)


async def rolled(
    running: Cluster, roll: Callable[[], Awaitable[None]], folder: Path, *, creates: int
) -> tuple[Verdict, History]:
    """Work while pods are replaced; what came of it."""
    kept = folder / "history.jsonl"
    target = Target(running.url, ADMIN, running.bus)
    verdict = await verify(target, creates=creates, clients=6, history=kept, chaos=roll, patience=20)
    return verdict, load(kept)


def failed(history: History) -> list[str]:
    """The calls of which an attempt failed."""
    return [f"{call.kind} {call.id}: {call.status} {call.trace}" for call in history.calls.values() if call.faults]


async def seen_by_all(viewers: Sequence[Viewer], said: set[str]) -> None:
    """Wait until every viewer has seen these events."""
    until = time.monotonic() + 10
    while missed := [(said - set(viewer.ids), viewer.told) for viewer in viewers if not said <= set(viewer.ids)]:
        assert time.monotonic() < until, missed
        await asyncio.sleep(0.1)


async def test_every_process_is_replaced_under_load_and_nobody_notices(
    running: Cluster, nursery: Nursery, tmp_path: Path
) -> None:
    door = [f"{plan.GATEWAY}-{role}" for role in plan.ROLES]

    async def roll() -> None:
        await running.roll([name for name in running.deployments if name not in door], nursery)
        await running.roll(door, nursery)

    before = await all_ids(running.bus)
    async with looked_at(running.url) as (listers, viewers):
        verdict, history = await rolled(running, roll, tmp_path, creates=60)
        said = await all_ids(running.bus) - before
        await seen_by_all(viewers, said)
    assert verdict.whole, verdict.tell()
    assert failed(history) == []
    assert {name for lister in listers for name in lister.answers} == {"200"}, [one.answers for one in listers]
    for viewer in viewers:
        assert set(viewer.told) == {"opened", "reconnect"}, viewer.told
    assert {service.refused for service in running.services.values()} == {0}
    slowest = {one.name: max(one.stopped_within) for one in running.deployments.values()}
    assert max(slowest.values()) < STOPPED_WITHIN, slowest


async def created_meanwhile(running: Cluster, roll: Awaitable[None]) -> Counter[str]:
    """The answers to creates that were asked for without a pause while pods were replaced; none is asked twice."""
    answers: Counter[str] = Counter()
    body = {"text": "hello", "customer": {"name": "x"}}

    async def create(http: aiohttp.ClientSession) -> None:
        while True:
            try:
                async with http.post("/v1/tickets", json=body, headers={"idempotency-key": uuid4().hex}) as answer:
                    answers[str(answer.status)] += 1
            except aiohttp.ClientError as error:
                answers[repr(error)] += 1

    async with logged_in(running.url) as http:
        creating = [asyncio.create_task(create(http)) for _ in range(6)]
        await roll
        await asyncio.sleep(1)  # until those that it hit are answered
        for task in creating:
            task.cancel()
        await asyncio.gather(*creating, return_exceptions=True)
    return answers


@pytest.fixture
def planted(mutant: Path) -> Iterator[Callable[[], bool]]:
    """ticket-svc that is started now ends at once when it is told to stop; ask whether it was started so."""
    listens, ends = "add_signal_handler(number, stopping.set)", "add_signal_handler(number, os._exit, 0)"
    changes = [("import asyncio\n", "import asyncio\nimport os\n"), (listens, ends)]
    mutant.write_text(json.dumps({"packages": ["ticket_svc"], "changes": [["common.run", *one] for one in changes]}))
    yield mutant.with_suffix(".planted").exists
    mutant.unlink(missing_ok=True)


async def test_a_process_that_ends_at_once_would_be_noticed(
    running: Cluster, nursery: Nursery, mutant: Path, planted: Callable[[], bool]
) -> None:
    await running.roll(["ticket-api"], nursery)
    assert planted(), "the mutant was not planted"
    await asyncio.to_thread(mutant.unlink)
    answers = await created_meanwhile(running, running.roll(["ticket-api"], nursery))
    assert set(answers) > {"201"}, answers
    answers = await created_meanwhile(running, running.roll(["ticket-api"], nursery))
    assert set(answers) == {"201"}, answers
