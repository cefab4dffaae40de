"""Hearing: messages from the bus become effects, once each, in the order of their key.

    messages ──> inbox.take ──> waves ──> the listener's operation      (one transaction for the batch)
                    └─ when that fails: one by one; what fails alone is parked, and its key waits (parking.py)

A wave holds at most one event of each key, so whatever is run together may be run in any order.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from common import telemetry
from common.bus import Message
from common.clock import Clock
from common.contracts.base import Heard, Undecodable, read_envelope, type_of, unwrap
from common.crash import crash_point
from common.db import Database, DatabaseAway, Db
from common.inbox import Ask, take
from common.listen import Listen
from common.logs import said
from common.parking import bury, park


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """One event for one listener, with the message it came in."""

    listen: Listen
    heard: Heard[Any]
    message: Message

    @property
    def ask(self) -> Ask:
        """How the inbox knows it."""
        return self.listen.name, self.heard.id


class Hearing:
    """A service's ears: its table of listeners over its database."""

    def __init__(self, listens: Sequence[Listen], database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._by_type: dict[str, list[Listen]] = {}
        for listen in listens:
            self._by_type.setdefault(listen.event.TYPE, []).append(listen)

    async def hear(self, messages: Sequence[Message]) -> None:
        """Let every message have its effect, or park it. Raises DatabaseAway: then nothing may be acknowledged."""
        items, unreadable = self._read(messages)
        if not items and not unreadable:
            return
        began, failed = time.perf_counter(), set[Item]()
        try:
            async with self._database.transaction() as db:
                for message, error in unreadable:
                    await bury(db, message, error, now=self._clock.now())
                await self._effects(db, items)
                crash_point("listener.before_commit")
        except DatabaseAway:
            raise
        except Exception as error:  # noqa: BLE001 whatever a listener raises must cost its own key only
            telemetry.log.warning("listener.batch_failed", error=said(error), events=len(items))
            failed = await self._one_by_one(items, unreadable)
        crash_point("listener.effect_not_acknowledged")
        well = [item for item in items if item not in failed]
        telemetry.processed(well, self._clock.now(), seconds=time.perf_counter() - began)

    def _read(self, messages: Sequence[Message]) -> tuple[list[Item], list[tuple[Message, str]]]:
        items: list[Item] = []
        unreadable: list[tuple[Message, str]] = []
        for message in messages:
            try:
                envelope = read_envelope(message.value)
                listens = self._by_type.get(type_of(envelope))
                if not listens:
                    continue
                # On the way the record was given the span of the relay that sent it.
                envelope |= {name: text for name, text in message.headers.items() if name == "traceparent"}
                heard = unwrap(envelope, listens[0].event)  # of a type there is one event, whoever listens
                items += [Item(listen, heard, message) for listen in listens]
            except Undecodable as error:
                unreadable.append((message, str(error)))
        return items, unreadable

    async def _effects(self, db: Db, items: Sequence[Item]) -> None:
        """The effects of all that none had before, in the order of each key; what must wait is parked."""
        if not items:
            return
        now = self._clock.now()
        fresh, waiting = await take(db, [(item.ask, item.message.key, item.listen.once) for item in items], now=now)
        new, again = list[Item](), 0
        for item in items:
            if item.ask in waiting:
                await park(db, item, attempts=0, error=None, now=now)
            elif item.listen.once and item.ask not in fresh:
                again += 1
            else:
                fresh.discard(item.ask)  # the same message may stand twice in one batch
                new.append(item)
        telemetry.INBOX_DUPLICATES.inc(again)
        for wave in _waves(new):
            await wave[0].listen.run(db, [item.heard for item in wave], now)

    async def _one_by_one(self, items: Sequence[Item], unreadable: Iterable[tuple[Message, str]]) -> set[Item]:
        """Those that failed again, alone."""
        async with self._database.transaction() as db:
            for message, error in unreadable:
                await bury(db, message, error, now=self._clock.now())
        return {item for item in items if not await self._alone(item)}

    async def _alone(self, item: Item) -> bool:
        try:
            async with self._database.transaction() as db:
                await self._effects(db, [item])
        except DatabaseAway:
            raise
        except Exception as error:  # noqa: BLE001 parked with its reason, retried, and in the end a dead letter
            telemetry.failed(item.listen.name, item.heard.id, error, traceparent=item.heard.traceparent)
            async with self._database.transaction() as db:
                await park(db, item, attempts=1, error=repr(error), now=self._clock.now())
            crash_point("listener.parked")
            return False
        return True


def _waves(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Cut `items` into lists of one listener and different keys, keeping for each key and listener the given order."""
    depth: Counter[tuple[str, str]] = Counter()
    waves: list[dict[str, list[Item]]] = []
    for item in items:
        lane = (item.listen.name, item.message.key)
        level = depth[lane]
        depth[lane] += 1
        if level == len(waves):
            waves.append({})
        waves[level].setdefault(item.listen.name, []).append(item)
    for wave in waves:
        yield from wave.values()
