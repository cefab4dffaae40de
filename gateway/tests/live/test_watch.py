"""When the bus is watched and when not, with a bus that is a list."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from common.bus import Message
from common.contracts.base import wrap
from common.contracts.tickets import TicketClosed
from common.ids import new_id
from common.testing.stage import MORNING
from gateway.live.watch import Watch


class ListBus:
    """A bus whose tails give what is put into `said`."""

    def __init__(self) -> None:
        self.said: list[Message] = []
        self.tails, self.closed = 0, asyncio.Event()

    async def ensure_topics(self, _topics) -> None:
        pass

    async def tail(self, _topics) -> ListBus:
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
    again, continued = await watch.join(bus, [], last_seen=str(first))
    assert not continued
    assert bus.tails == 2
    later = new_id()
    bus.say(later)
    assert str(later).encode() in await again.frames(60)
    await watch.close()
