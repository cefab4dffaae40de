"""Nothing is lost, doubled or turned around while every process, Postgres and the broker are killed at random."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from integration.history.stage import PATIENCE, Stage
from integration.running import running
from kefu_local.place import Place
from kefu_local.verify.kills import POSTGRES, Kills
from kefu_local.verify.platform import target
from kefu_local.verify.run import verify

CREATES, CLIENTS = 1000, 16
EACH, GAP = 3, 3.0
"""Kills of every process here; `kefu verify --creates 10000 --kills 20` is the long run."""


async def judge_under(kills: Kills) -> None:
    """The load of this test under the kills, and its verdict."""
    platform = target(kills.place)
    verdict = await verify(
        platform, creates=CREATES, clients=CLIENTS, seed=kills.seed, chaos=kills, patience=PATIENCE
    )  # fmt: skip
    assert verdict.whole, f"seed {kills.seed}\n{verdict.tell()}"
    assert kills.done == kills.wanted()
    assert verdict.acknowledged > CREATES
    # A tenth of the clients do not ask again: of their openings a few were cut off before they had an effect.
    assert verdict.tickets > CREATES * 0.9


@pytest.mark.asyncio
async def test_kills_on_the_embedded_bus_leave_all_whole(stage: Stage) -> None:
    await stage.uproot()
    kills = Kills(Place(stage.platform.data), secrets.randbelow(10**6), each=EACH, postgres=1, longest_gap=GAP)
    await judge_under(kills)
    assert kills.done[POSTGRES] == 1
    assert len(kills.done) == 6


@pytest.mark.kafka
@pytest.mark.asyncio
async def test_kills_on_kafka_leave_all_whole(passable_folder: Path) -> None:
    with running(passable_folder / "killed", "--kafka") as platform:
        place, seed = Place(platform.data), secrets.randbelow(10**6)
        kills = Kills(place, seed, each=EACH, postgres=1, brokers=1, longest_gap=GAP)
        await judge_under(kills)
    assert kills.done["broker 1"] == 1
