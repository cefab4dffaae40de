"""When the bus is watched and when not, with a bus that is a list."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from common.bus import Message
from common.contracts.base import wrap
from common.contracts.tickets import TicketClosed
from common.ids import new_id
from common.testing.stage import MORNING
from gateway.live.read_back import OVERLAP, REACH, said_at
from gateway.live.watch import REMEMBERED, Watch


class Past:
    """A tail of what a bus has kept."""

    def __init__(self, kept: list[Message]) -> None:
        self._kept, self._fetched = list(kept), 0

    async def fetch(self, *, limit: int, wait: float) -> list[Message]:
        await asyncio.sleep(0.001 if wait else 0)
        self._fetched += 1
        if self._fetched == 1:
            return []  # as a slow broker's first
        given, self._kept[:limit] = self._kept[:limit], []
        return given

    async def behind(self) -> bool:
        return bool(self._kept)

    async def close(self) -> None:
        pass


class ListBus:
    """A bus whose tails give what is put into `said`, and whose past can be read back."""

    def __init__(self) -> None:
        self.said: list[Message] = []
        self.kept: list[Message] = []
        self.asked_since: list[datetime] = []
        self.tails, self.closed = 0, asyncio.Event()

    async def ensure_topics(self, _topics) -> None:
        pass

    async def tail(self, _topics, *, since: datetime | None = None) -> ListBus | Past:
        if since:
            self.asked_since.append(since)
            return Past(self.kept)
        self.tails += 1
        self.said.clear()
        return self

    async def fetch(self, *, limit: int, wait: float) -> list[Message]:
        await asyncio.sleep(0.001 if wait else 0)
        given, self.said[:limit] = self.said[:limit], []
        return given

    async def close(self) -> None:
        self.closed.set()

    def say(self, event_id: UUID, value: bytes | None = None) -> None:
        event = TicketClosed(ticket_id=event_id)
        raw = wrap(event, event_id=event_id, subject=event_id, sequence=1, now=MORNING, traceparent="")
        self.said.append(Message(event.TOPIC, 0, len(self.said), str(event_id), raw if value is None else value))
        self.kept.append(self.said[-1])


@pytest.mark.asyncio
async def test_what_nobody_saw_is_shown_to_whoever_comes_back() -> None:
    bus, watch = ListBus(), Watch(lambda: False)
    first, second = new_id(), new_id()
    viewer, _ = await watch.join(bus, [], last_seen=None)
    bus.say(first)
    assert str(first).encode() in await viewer.frames(60)
    watch.leave(viewer)
    bus.say(new_id(), b"no event")
    bus.say(second)
    async with asyncio.timeout(60):
        while bus.said:
            await asyncio.sleep(0.001)
    again, continued = await watch.join(bus, [], last_seen=str(first))
    frames = await again.frames(60)
    assert continued
    assert frames.count(b"data: ") == 1
    assert str(second).encode() in frames
    await watch.close()


@pytest.mark.asyncio
async def test_a_bus_that_nobody_looks_at_is_let_go_and_taken_up_again() -> None:
    bus, watch = ListBus(), Watch(lambda: False, linger=0.0)
    first = new_id()
    viewer, _ = await watch.join(bus, [], last_seen=None)
    bus.say(first)
    await viewer.frames(60)
    watch.leave(viewer)
    async with asyncio.timeout(60):
        await bus.closed.wait()
    again, _ = await watch.join(bus, [], last_seen=None)
    assert bus.tails == 2
    later = new_id()
    bus.say(later)
    assert str(later).encode() in await again.frames(60)
    await watch.close()


def made_at(at: datetime) -> UUID:
    """An id as it is drawn at that time."""
    now = new_id().int & ((1 << 80) - 1)
    return UUID(int=(int(at.timestamp() * 1000) << 80) | now)


def ids_in(frames: bytes) -> list[UUID]:
    return [UUID(line[4:].decode()) for line in frames.splitlines() if line.startswith(b"id: ")]


@pytest.mark.asyncio
async def test_whoever_comes_from_another_process_gets_what_stands_on_the_bus() -> None:
    bus, now = ListBus(), datetime.now(UTC)
    long_before, near, last, after = (
        made_at(now - by) for by in (OVERLAP * 3, timedelta(seconds=3), timedelta(seconds=2), timedelta(seconds=1))
    )
    for one in (long_before, near, last, after):
        bus.say(one)
    watch = Watch(lambda: False)
    viewers = await asyncio.gather(*(watch.join(bus, [], last_seen=str(last)) for _ in range(3)))
    assert all(continued for _, continued in viewers)
    assert len(bus.asked_since) == 1, "all come at once, and one reads for all"
    assert abs(bus.asked_since[0] - (now - timedelta(seconds=2) - OVERLAP)) < timedelta(milliseconds=5)
    live = new_id()
    for viewer, _ in viewers:
        # Another process may have seen the two near ones the other way round: lost would be worse than twice.
        assert ids_in(await viewer.frames(60)) == [near, after]
    bus.say(live)
    for viewer, _ in viewers:
        assert ids_in(await viewer.frames(60)) == [live], "what was read back is followed by what comes, once each"
    await watch.close()


@pytest.mark.asyncio
async def test_what_was_too_long_ago_too_much_or_never_said_is_not_gone_on_from() -> None:
    bus, now = ListBus(), datetime.now(UTC)
    old = made_at(now - REACH - timedelta(seconds=1))
    bus.say(old)
    watch = Watch(lambda: False)
    for last in (str(old), "no id", str(UUID(int=0)), str(new_id())):
        viewer, continued = await watch.join(bus, [], last_seen=last)
        assert not continued, last
        watch.leave(viewer)
    assert len(bus.asked_since) == 1, "only for an id that may be found"
    first = new_id()
    for one in (first, *(new_id() for _ in range(REMEMBERED))):
        bus.say(one)
    crowded = Watch(lambda: False)
    assert not (await crowded.join(bus, [], last_seen=str(first)))[1]
    await watch.close()
    await crowded.close()


def test_an_id_tells_when_it_was_drawn() -> None:
    at = datetime(2026, 3, 16, 1, 0, tzinfo=UTC)
    assert said_at(str(made_at(at))) == at
