"""Watching a bus at work: members that note what they did, so that a test can judge it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from common.bus import BusUnavailable, Consumer, Message, Producer, Record, Tail


def numbered(topic: str, keys: Sequence[str], count: int) -> list[Record]:
    """`count` records for each key, keys interleaved; the value says `key:number`."""
    return [Record(topic, key, f"{key}:{number}".encode()) for number in range(count) for key in keys]


async def send_all(producer: Producer, records: Sequence[Record], *, within: float = 60.0) -> None:
    """Send as the relay does: again and again what was not acknowledged, in order."""
    until = time.monotonic() + within
    left = list(records)
    while left:
        answers = await producer.send(left, deadline=5.0)
        left = [record for record, yes in zip(left, answers, strict=True) if not yes]
        assert time.monotonic() < until, f"{len(left)} records were not acknowledged within {within} s"


async def fetch_some(source: Consumer | Tail, *, within: float = 40.0, limit: int = 200) -> list[Message]:
    """The next messages, whatever comes first: patient with rebalances and with a broker that is away."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        try:
            messages = await source.fetch(limit=limit, wait=0.5)
        except BusUnavailable:
            continue
        if messages:
            return messages
    raise AssertionError(f"nothing came within {within} s")


async def collect(consumer: Consumer, count: int, *, within: float = 40.0) -> list[Message]:
    """Fetch and commit until `count` messages came."""
    until = time.monotonic() + within
    found: list[Message] = []
    while len(found) < count:
        found += await fetch_some(consumer, within=until - time.monotonic())
        try:
            await consumer.acknowledge()
        except BusUnavailable:
            continue
    return found


def first_effects(values: Iterable[bytes]) -> dict[str, list[int]]:
    """The numbers of each key in the order of their first effect (what an idempotent listener sees)."""
    seen: set[bytes] = set()
    numbers: dict[str, list[int]] = {}
    for value in values:
        if value not in seen:
            seen.add(value)
            key, _, number = value.decode().rpartition(":")
            numbers.setdefault(key, []).append(int(number))
    return numbers


@dataclass
class Workshop:
    """What the members of one group did together."""

    effects: list[bytes] = field(default_factory=list)
    overlaps: list[str] = field(default_factory=list)
    workers: dict[str, set[int]] = field(default_factory=dict)
    """The partitions each member worked on last."""
    _busy: dict[tuple[str, int], str] = field(default_factory=dict)

    async def work(self, name: str, consumer: Consumer, stopping: asyncio.Event, *, pause: float = 0.01) -> None:
        """Fetch, take `pause` seconds over a batch, note its effects, commit; until `stopping`."""
        while not stopping.is_set():
            messages = await consumer.fetch(limit=20, wait=0.2)
            if not messages:
                continue
            places = {(message.topic, message.partition) for message in messages}
            self.workers[name] = self.workers.get(name, set()) | {place[1] for place in places}
            self.overlaps += [f"{name} and {self._busy[place]} on {place}" for place in places if place in self._busy]
            self._busy |= dict.fromkeys(places, name)
            await asyncio.sleep(pause)
            self.effects += [message.value for message in messages]
            for place in places:
                self._busy.pop(place, None)
            await consumer.acknowledge()

    async def until_effects(self, count: int, *, within: float = 60.0) -> None:
        """Wait until `count` different effects were noted."""
        until = time.monotonic() + within
        while len(set(self.effects)) < count:
            assert time.monotonic() < until, f"only {len(set(self.effects))} of {count} effects within {within} s"
            await asyncio.sleep(0.05)
