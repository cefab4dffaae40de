"""The batch a consumer has handed out and not yet got back: what both adapters keep of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from common.bus import Message

HANDOVER = 20.0
"""Seconds a rebalance waits for a batch that is being worked on."""


class Hand:
    """Where the batch in hand begins and ends in each (topic, partition); a rebalance waits until it is empty."""

    def __init__(self) -> None:
        self.first: dict[tuple[str, int], int] = {}
        self.after: dict[tuple[str, int], int] = {}
        self._empty = asyncio.Event()
        self._empty.set()

    @property
    def empty(self) -> bool:
        """Whether no batch is out."""
        return self._empty.is_set()

    def take(self, messages: Sequence[Message]) -> None:
        """Note a batch that goes out; its messages are in order within each partition."""
        for message in messages:
            place = (message.topic, message.partition)
            self.first.setdefault(place, message.offset)
            self.after[place] = message.offset + 1
        if messages:
            self._empty.clear()

    def drop(self) -> None:
        """Forget the batch: it was committed, given back or lost."""
        self.first, self.after = {}, {}
        self._empty.set()

    async def wait_empty(self, seconds: float = HANDOVER) -> bool:
        """Wait until the batch is back; False when it still is out after `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                await self._empty.wait()
        except TimeoutError:
            return False
        return True
