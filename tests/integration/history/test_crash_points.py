"""A process dies at every crash point there is, comes back, and all that was acknowledged had its effect once."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from common.crash import POINTS
from common.embedded.postgres import Server
from common.ids import new_id
from common.testing.stage import SECRET, keys
from integration.history.mutants import REFUSED_SUGGESTIONS
from integration.history.stage import Stage, staged


@dataclass(frozen=True, slots=True)
class Death:
    """Who dies at a point, at which passage, and whether it is one of its start."""

    package: str
    passage: int = 1
    at_start: bool = False


# Neighbours are of different services: one that dies twice within seconds is started again only after a pause.
DEATHS = {
    "db.before_commit": Death("routing_svc", 5),
    "relay.before_send": Death("kb_svc", 2),
    "db.after_commit": Death("ticket_svc", 10),
    "timer.in_sweep": Death("feedback_svc"),
    "forward.answered_not_sent": Death("gateway", 20),
    "relay.sent_not_marked": Death("routing_svc", 2),
    "listener.before_commit": Death("kb_svc", 2),
    "timer.before_commit": Death("feedback_svc"),
    "relay.marked": Death("routing_svc", 2),
    "embedded.taken": Death("kb_svc", at_start=True),
    "idempotency.kept": Death("ticket_svc", 5),
    "listener.acknowledged": Death("feedback_svc", 2),
    "embedded.appended": Death("routing_svc", 2),
    "listener.effect_not_acknowledged": Death("ticket_svc", 2),
}
WITH_A_FAILING_LISTENER = {"listener.parked", "parking.before_commit"}
DEATHS_ON_KAFKA = {
    "kafka.sent_half": Death("ticket_svc", 10),
    "kafka.assigned": Death("kb_svc", at_start=True),
    "relay.sent_not_marked": Death("routing_svc", 2),
    "listener.effect_not_acknowledged": Death("ticket_svc", 2),
}
AMONG_MEMBERS = {"embedded.given_up", "kafka.revoked"}
"""Reached only when a group has two members: libs/common/tests/bus/test_rebalance_crash.py."""
RESTORING = {"restore.marked", "restore.filled_one", "restore.settled"}
"""Reached by a command, on a platform that is down: deploy/local/tests/backup/test_put_back.py."""
MIGRATING = ("migration.before_commit:2", "migration.after_commit")


@pytest.fixture(scope="module")
def on_kafka(passable_folder: Path) -> Iterator[Stage]:
    """A platform on a real broker."""
    with staged(passable_folder / "crash-kafka", "--kafka") as stage:
        yield stage


def test_no_point_is_left_out() -> None:
    migrating = {point.partition(":")[0] for point in MIGRATING}
    elsewhere = WITH_A_FAILING_LISTENER | AMONG_MEMBERS | RESTORING | migrating
    assert set(DEATHS) | set(DEATHS_ON_KAFKA) | elsewhere == set(POINTS)


@pytest.mark.asyncio
@pytest.mark.parametrize("point", DEATHS)
async def test_a_death_at_this_point_loses_and_doubles_nothing(stage: Stage, point: str) -> None:
    await die(stage, point, DEATHS[point])


@pytest.mark.kafka
@pytest.mark.asyncio
@pytest.mark.parametrize("point", DEATHS_ON_KAFKA)
async def test_a_death_at_this_point_loses_and_doubles_nothing_on_kafka(on_kafka: Stage, point: str) -> None:
    await die(on_kafka, point, DEATHS_ON_KAFKA[point])


async def die(stage: Stage, point: str, death: Death) -> None:
    """Let a process die at the point while clients are at work, and judge."""
    order = f"{death.package} {point}:{death.passage}"

    async def chaos() -> None:
        stage.arm(order)
        if death.at_start:
            stage.kill(death.package)
        await stage.reached()

    verdict = await stage.judge(chaos)
    assert verdict.whole, verdict.tell()


@pytest.mark.asyncio
async def test_a_death_after_an_event_was_parked_loses_and_doubles_nothing(stage: Stage) -> None:
    async def chaos() -> None:
        async with stage.suffering([REFUSED_SUGGESTIONS]):
            stage.arm("kb_svc listener.parked")
            await stage.reached()

    verdict = await stage.judge(chaos)
    assert verdict.whole, verdict.tell()


@pytest.mark.asyncio
async def test_a_death_in_the_retry_of_a_parked_event_loses_and_doubles_nothing(stage: Stage) -> None:
    async def chaos() -> None:
        hurried = "UPDATE 0"
        async with stage.suffering([REFUSED_SUGGESTIONS]):
            while hurried == "UPDATE 0":
                await asyncio.sleep(0.1)
                hurried = await stage.sql("kb", "UPDATE parked SET due_at = now() + interval '1 second'")
        stage.arm("kb_svc parking.before_commit")
        await stage.reached()

    verdict = await stage.judge(chaos)
    assert verdict.whole, verdict.tell()


@pytest.mark.parametrize("point", MIGRATING)
@pytest.mark.asyncio
async def test_a_migration_that_dies_is_made_by_the_next_start(postgres_server: Server, point: str) -> None:
    name = f"migrated_{new_id().hex}"
    base, _, _ = postgres_server.superuser_url.rpartition("/")
    admin = await asyncpg.connect(postgres_server.superuser_url)
    try:
        await admin.execute(f'CREATE DATABASE "{name}"')
        first = await asyncio.to_thread(migrate, f"{base}/{name}", point)
        then = await asyncio.to_thread(migrate, f"{base}/{name}", "")
        assert (first, then) == (137, 0)
        connection = await asyncpg.connect(f"{base}/{name}")
        versions = [await connection.fetch(f"SELECT * FROM alembic_version_{one}") for one in ("common", "ticket_svc")]
        await connection.close()
        assert [len(found) for found in versions] == [1, 1]
    finally:
        await admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await admin.close()


def migrate(url: str, dies_at: str) -> int:
    """Run `ticket-svc migrate`; its exit code."""
    environment = {
        **os.environ,
        "KEFU_CRASH_AT": dies_at,
        "KEFU_DATABASE_URL": url,
        "KEFU_BUS": "kafka://127.0.0.1:1",
        "KEFU_IDENTITY_PUBLIC_KEY": keys()[1],
        "KEFU_SIGNING_SECRET": SECRET,
    }
    return subprocess.run(
        [sys.executable, "-m", "ticket_svc", "migrate"], env=environment, timeout=120, check=False
    ).returncode
