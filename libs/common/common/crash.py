"""Named points at which a test lets the process die, as SIGKILL would. Off, and free of cost, in normal runs."""

import os
from collections.abc import Callable


def _die_at(point: str) -> Callable[[str], None]:
    name, _, count = point.partition(":")
    left = [int(count or 1)]

    def crash(reached: str) -> None:
        if reached == name:
            left[0] -= 1
            if left[0] <= 0:
                os._exit(137)

    return crash


def _nothing(_reached: str) -> None:
    return None


_point = os.environ.get("KEFU_CRASH_AT", "")

crash_point: Callable[[str], None] = _die_at(_point) if _point else _nothing
"""Die here when KEFU_CRASH_AT names this point (`name` or `name:N` for the N-th passage)."""
