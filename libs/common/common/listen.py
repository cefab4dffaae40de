"""A line of a service's `listens.py`: which event runs which operation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from common import spans
from common.contracts.base import E, Event, Heard
from common.db import Db

One = Callable[[Db, Heard[E], datetime], Awaitable[None]]
Many = Callable[[Db, Sequence[Heard[E]], datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Listen:
    """An event, the operation it runs, and the name under which the inbox remembers it (never change that)."""

    event: type[Event]
    name: str
    run: Callable[[Db, Sequence[Heard[Any]], datetime], Awaitable[None]]
    once: bool = True
    """Whether the inbox keeps it from a second run. A run that leaves the same behind, however often and in whatever
    order its events come, needs no record and saves its cost."""


def on(event: type[E], does: One[E], *, name: str = "") -> Listen:
    """`does(db, heard, now)` runs once for each event, in the event's own trace."""
    called = name or f"{event.TYPE}>{_name(does)}"

    async def each(db: Db, heard: Sequence[Heard[E]], now: datetime) -> None:
        for one in heard:
            with spans.hearing(called, [one]):
                await does(db, one, now)

    return Listen(event, called, each)


def on_batch(event: type[E], does: Many[E], *, name: str = "", once: bool = True) -> Listen:
    """`does(db, [heard, …], now)` runs for several events at once, each of a different key, in one transaction.

    When a batch fails, it is run again with one event at a time, so `does` must also be right for a list of one.
    It runs in the trace of the first: what it says of another it says `because` of that. With `once` False it may be
    given the same event again, and an earlier one after a later: see `Listen.once`.
    """
    called = name or f"{event.TYPE}>{_name(does)}"

    async def all_at_once(db: Db, heard: Sequence[Heard[E]], now: datetime) -> None:
        with spans.hearing(called, heard):
            await does(db, heard, now)

    return Listen(event, called, all_at_once, once)


def _name(does: Callable[..., Any]) -> str:
    return getattr(does, "__name__", "listener")
