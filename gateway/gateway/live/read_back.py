"""Reading back: what was said shortly before this process looked, for a viewer who comes from another process."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from common.bus import Bus
from common.runtime import all_topics
from gateway.live.fact import Fact, read_fact

OVERLAP = timedelta(seconds=10)
"""Two processes see the events of different subjects in different orders, this far apart at most."""
REACH = timedelta(minutes=10)
"""Nobody is away for longer and goes on."""
_BATCH = 500


def said_at(event_id: str) -> datetime | None:
    """When an event was said, by its id (UUIDv7); None when it is no such id."""
    try:
        made = UUID(event_id)
        return datetime.fromtimestamp((made.int >> 80) / 1000, UTC) if made.version == 7 else None
    except (ValueError, OverflowError):
        return None


async def read_back(bus: Bus, since: datetime, *, most: int) -> list[Fact]:
    """What came onto the bus since then, until now; nothing when that is more than `most`. Raises BusUnavailable."""
    tail = await bus.tail(all_topics(), since=since)
    facts: list[Fact] = []
    try:
        while len(facts) <= most:
            messages = await tail.fetch(limit=_BATCH, wait=0.2)
            if not messages and not await tail.behind():
                return facts
            facts.extend(fact for message in messages if (fact := read_fact(message.value)))
    finally:
        await tail.close()
    return []
