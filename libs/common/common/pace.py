"""How soon after a nudge one looks for work: at once when it was quiet, for whole batches while there is traffic."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

_SHORT, _EACH, _LONG = 0.004, 0.003, 0.06


def gap_after(found: int) -> float:
    """Seconds to wait after a look that found so many: none after a vain one, then 4 ms and 3 more for each, up to 60.

    What comes meanwhile shares the cost of the next look, and of every step behind it.
    """
    return min(_SHORT + found * _EACH, _LONG) if found else 0.0


class Pace:
    """The rhythm of a loop that is nudged when there is work."""

    def __init__(self) -> None:
        self._nudged = asyncio.Event()

    def nudge(self) -> None:
        """There is work: look soon."""
        self._nudged.set()

    def look(self) -> None:
        """A look begins: what is nudged from now on asks for another one."""
        self._nudged.clear()

    async def rest(self, seconds: float, *, found: int) -> None:
        """Rest after a look that found so much: until nudged, at most `seconds`, but at least `gap_after(found)`."""
        not_before = time.monotonic() + gap_after(found)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._nudged.wait()
        left = not_before - time.monotonic()
        if left > 0:
            await asyncio.sleep(left)
