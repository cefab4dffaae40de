"""What a service is made of: its two doors and its name; each fills it in once, in a `made_of.py` of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

from common.http.app import Platform
from common.listen import Listen
from common.measured import Measured
from common.retention import Kept
from common.settings import Settings
from common.timers import TimerOperation


@dataclass(frozen=True)
class Service:
    """What a service is made of; its own `made_of.py` fills it in."""

    name: str
    """`ticket-svc`: the program and its consumer group."""
    owner: str
    """`ticket`: the owner of the events it says."""
    package: str
    settings: type[Settings]
    build: Callable[[Platform], FastAPI]
    listens: Sequence[Listen]
    timers: Mapping[str, TimerOperation]
    keeps: Sequence[Kept] = ()
    """What of its own tables goes after a time, beside the plumbing's: rows that no one works on any more."""
    measures: Sequence[Measured] = ()
    """Figures of the whole service for its metrics."""
    fitted: Callable[[Service, Any], Service] | None = None
    """Fits listens and timers to the settings, for a service whose operations depend on some."""

    def under(self, settings: Settings) -> Service:
        """The service as these settings want it."""
        return self.fitted(self, settings) if self.fitted else self
