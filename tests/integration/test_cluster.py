"""Past one process and one broker: three brokers and two of every process, killed, frozen, added under load."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from common.embedded.kafka_cluster import Cluster
from integration.running import Running, eventually, running
from kefu_local.place import Place
from kefu_local.verify.platform import target
from kefu_local.verify.run import verify

CREATES, CLIENTS = 300, 4
BACK_WITHIN = 300.0
FROZEN = 8.0
"""Longer than the 6 s after which the others take a silent broker for dead."""
VICTIMS = (
    ("ticket-api-1", "routing-worker-1", "kb-worker-2", "feedback-worker-1"),
    ("ticket-worker-1", "routing-api-2", "kb-api-1", "gateway"),
    ("ticket-api-2", "ticket-worker-2", "routing-worker-2", "feedback-api-1"),
)
"""Who dies together with each broker."""


@pytest.fixture(scope="module")
def cluster(passable_folder: Path) -> Iterator[Running]:
    with running(passable_folder / "cluster", "--kafka", "--brokers", "3", "--copies", "2") as platform:
        yield platform


def one_after_the_other(platform: Running) -> None:
    """Kill every broker, each back before the next goes; kill and add others meanwhile; at last one broker freezes."""
    for number, victims in enumerate(VICTIMS):
        before = platform.brokers()[number]
        os.kill(before, signal.SIGKILL)
        for name in victims:
            os.kill(platform.children()[name], signal.SIGKILL)
        if number == 1:
            platform.command("scale", "routing-worker", "3")
        eventually(partial(is_back, platform, number, before), within=BACK_WITHIN)
    freezing = platform.brokers()[0]
    os.kill(freezing, signal.SIGSTOP)
    time.sleep(FROZEN)
    os.kill(freezing, signal.SIGCONT)
    platform.command("scale", "routing-worker", "2")


def is_back(platform: Running, number: int, before: int) -> bool:
    """Whether a broker takes clients again, in another process than before."""
    if platform.brokers()[number] == before:
        return False
    port = Cluster(platform.data / "kafka", size=3).brokers[number].port
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


@pytest.mark.kafka
@pytest.mark.asyncio
async def test_work_is_whole_whichever_broker_or_process_dies_freezes_or_joins(cluster: Running) -> None:
    before = cluster.children()
    verdict = await verify(
        target(Place(cluster.data)), creates=CREATES, clients=CLIENTS,
        chaos=lambda: asyncio.to_thread(one_after_the_other, cluster),
    )  # fmt: skip
    assert verdict.whole, verdict.tell()
    after = cluster.children()
    assert after.keys() == before.keys()
    killed = {name for victims in VICTIMS for name in victims}
    assert {name for name in after if after[name] != before[name]} == killed
