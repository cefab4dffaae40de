"""Whether a consumer is stuck: messages wait and nothing has come of them for a while."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 60.0
"""Seconds without progress after which a consumer counts as stuck."""


class Progress:
    """The last moment at which nothing was wrong.

    Note a commit, a look that found nothing waiting, and a broker that is known to be away (a restart of the process
    would not bring it back). A batch in hand or a silent broker connection is no progress.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last = clock()

    def note(self) -> None:
        """All is well at this moment."""
        self._last = self._clock()

    @property
    def idle(self) -> float:
        """Seconds since all was well."""
        return self._clock() - self._last

    @property
    def healthy(self) -> bool:
        """False once nothing was well for PATIENCE."""
        return self.idle < PATIENCE
