"""How long the feed goes back, and when a cursor is too old for it. Pure.

Each age is a day longer than the one before: who begins, and goes on reading, is not overtaken by what is cleared away.
"""

from __future__ import annotations

from datetime import datetime, timedelta

BEGINS = timedelta(days=30)
"""How far back whoever brings no cursor begins."""
GOOD = timedelta(days=31)
"""How long a cursor is good after the last change that was read with it, or after it came to the end."""
KEPT = timedelta(days=32)
"""How long an entry is kept after the last change of its thing."""


def is_too_old(read_until: datetime, now: datetime) -> bool:
    """Whether changes since `read_until` may have been cleared away already."""
    return now - read_until > GOOD
