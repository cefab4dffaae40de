"""Reading the topics: every event since the run began, over the bus port and nothing else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from common.bus import Bus, BusUnavailable, Message, Tail
from common.bus.open import open_bus
from common.contracts.base import Undecodable, read_envelope
from common.runtime import all_topics
from kefu_local.verify.history import Run
from kefu_local.verify.seen import Fact

_KEPT = ("agent_id", "message_id", "survey_id", "reason", "topic")
_BACKLOG = 100
"""So many messages at once are no news: the topic is being caught up with."""
_FIRST_WITHIN = 30.0
"""Seconds until the first event: a bus that is slow to begin is not quiet."""
_EARLIER = 60.0
"""Seconds by which a service's clock may be behind ours."""


class Topics:
    """Reads all topics once, and then what comes."""

    def __init__(self, url: str, run: Run) -> None:
        self._url, self._run = url, run
        self._bus: Bus | None = None
        self._tail: Tail | None = None
        self.facts: list[Fact] = []

    async def read(self, quiet: float, *, within: float = 120.0) -> None:
        """Read until nothing new came for `quiet` seconds, or for `within` seconds once the old is read."""
        until, last = time.monotonic() + within, time.monotonic()
        while time.monotonic() < min(last + (quiet if self.facts else _FIRST_WITHIN), until):
            try:
                messages = await (await self._open()).fetch(limit=1000, wait=min(1.0, quiet))
            except BusUnavailable:
                last = time.monotonic()
                continue
            fresh = list(self._recent(messages))
            self.facts += fresh
            if fresh or len(messages) >= _BACKLOG:
                last = time.monotonic()
            if len(messages) >= _BACKLOG:
                until = last + within

    async def close(self) -> None:
        """Close the connection."""
        if self._bus:
            await self._bus.close()

    async def _open(self) -> Tail:
        if self._tail is None:
            self._bus = self._bus or await open_bus(self._url)
            self._tail = await self._bus.tail(all_topics(), oldest=True)
        return self._tail

    def _recent(self, messages: list[Message]) -> Iterator[Fact]:
        since = datetime.fromtimestamp(self._run.started - _EARLIER, UTC)
        for message in messages:
            try:
                envelope = read_envelope(message.value)
            except Undecodable:
                continue
            if datetime.fromisoformat(envelope["time"]) < since:
                continue
            yield _fact(message.topic, envelope)


def _fact(topic: str, envelope: dict[str, Any]) -> Fact:
    data = envelope["data"]
    return Fact(
        id=envelope["id"],
        topic=topic,
        type=envelope["type"],
        about=envelope["subject"],
        sequence=int(envelope["sequence"]),
        ticket=str(data.get("ticket_id", "")),
        trace=str(envelope.get("traceparent", ""))[3:35],
        data={name: data[name] for name in _KEPT if name in data},
    )
