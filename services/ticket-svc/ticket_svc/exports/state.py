"""What an export is, and may be asked for, by what is written of it. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

LIFETIME = timedelta(days=7)
"""How long after its start an export's file can be fetched."""
RECORDED = timedelta(days=400)
"""How long it is remembered who exported what."""
MOST_RUNNING = 4
MOST_BYTES = 2 << 30
"""Of one file, compressed."""


def state_of(written: str, *, expires_at: datetime, now: datetime) -> str:
    """The state that is shown; a file that is too old is there no more, whether it was cleared away yet or not."""
    return "expired" if written == "done" and now >= expires_at else written


def next_kind(kinds: list[str], doing: str | None) -> str | None:
    """The kind to write after `doing`; None when all are written."""
    if doing is None:
        return kinds[0]
    rest = kinds[kinds.index(doing) + 1 :]
    return rest[0] if rest else None
