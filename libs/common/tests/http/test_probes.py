"""What the probes say: alive without asking anybody, ready by what is this process's own, with the reason when not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from common.bus import BusUnavailable
from common.db import Database
from common.runtime import Worker
from common.testing.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


class AwayBus:
    """A bus that nobody reaches."""

    async def ensure_topics(self, _topics: Sequence[str]) -> None:
        raise BusUnavailable("nobody there")


async def ready(stage: Stage) -> tuple[int, list[str]]:
    """The status of /readyz, and its reasons."""
    async with stage.stranger() as client:
        answer = await client.get("/readyz")
        assert (await client.get("/livez")).status_code == 200, "whatever is amiss, it is alive"
    return answer.status_code, answer.json().get("reasons", [])


def worker_of(stage: Stage, bus: Any) -> Worker:
    return Worker(
        name="toy", owner="toy", database=stage.database, bus=bus, clock=stage.clock, listens=[], timers={}
    )  # fmt: skip


async def test_a_schema_that_is_behind_is_named_and_one_of_tomorrow_is_served(stage: Stage) -> None:
    at = "UPDATE alembic_version_common SET version_num = 'of_tomorrow'"
    async with stage.database.transaction() as db:
        head = (await db.execute(sa.text("DELETE FROM alembic_version_common RETURNING version_num"))).scalar_one()
    assert await ready(stage) == (503, [f"The schema of common is at nothing, and this code needs {head}: migrate."])
    async with stage.database.transaction() as db:
        await db.execute(sa.text("INSERT INTO alembic_version_common VALUES (:head)"), {"head": head})
    assert await ready(stage) == (200, [])
    async with stage.database.transaction() as db:
        await db.execute(sa.text(at))
    stage.app.state.platform._ready_until = 0.0
    assert await ready(stage) == (200, []), "old code runs on a newer schema"
    async with stage.database.transaction() as db:
        await db.execute(sa.text("UPDATE alembic_version_common SET version_num = :head"), {"head": head})


async def test_that_all_is_well_is_remembered_for_a_moment_and_a_stop_counts_at_once(stage: Stage) -> None:
    platform = stage.app.state.platform
    assert await ready(stage) == (200, [])
    platform.database = Database("postgresql://nobody:nothing@127.0.0.1:1/nowhere")
    assert await ready(stage) == (200, [])
    platform._ready_until = 0.0
    assert await ready(stage) == (503, ["The database does not answer."])
    platform.draining = True
    assert await ready(stage) == (503, ["The process is about to stop."])


async def test_a_worker_that_has_not_reached_its_bus_is_not_ready_and_beside_an_api_that_keeps_nobody_out(
    stage: Stage,
) -> None:
    state = stage.app.state
    state.worker, state.for_the_bus = worker_of(stage, AwayBus()), True
    assert await ready(stage) == (503, ["The bus was not reached yet."])
    state.for_the_bus = False
    assert await ready(stage) == (200, [])


async def test_a_worker_says_what_the_bus_keeps_it_from(stage: Stage) -> None:
    worker = worker_of(stage, AwayBus())
    worker._reached = worker._hears = True
    assert worker.bus_obstacle is None
    worker.relay.stalled = True
    assert worker.bus_obstacle == "The bus does not acknowledge events."
    worker.relay.stalled = worker._hears = False
    assert worker.bus_obstacle == "The bus gives no events."
