"""How much a process takes on: who may wait for a place, and when one who was refused should come back.

What is beyond capacity is refused at once, while that is cheap: a queue that only grows makes everybody wait, and
those at its end have long gone when their turn comes.
"""

from __future__ import annotations

PATIENCE = 1.0
"""Seconds that a request waits for a place at most."""
EXPECTED = 0.5
"""Seconds of waiting at which a newcomer is turned away rather than queued."""
QUEUE = 256
"""Requests that wait at most: the bound while nothing moves and the expected wait is unknown."""
_WEIGHT = 0.125
_SOONEST, _LATEST = 1, 4


def may_wait(waiting: int, pace: float) -> bool:
    """Whether a newcomer may queue behind `waiting` others, when a place becomes free every `pace` seconds.

    The first always may: were nobody let in, nobody would find out that the pace is better by now.
    """
    return waiting == 0 or (waiting < QUEUE and (waiting + 1) * pace <= EXPECTED)


def pace_after(pace: float, gap: float) -> float:
    """The pace of late, once a place became free `gap` seconds after the one before."""
    return pace + (gap - pace) * _WEIGHT


def come_back(luck: float) -> int:
    """Seconds until a refused client should ask again; `luck` in [0, 1) spreads them, lest all return together."""
    return _SOONEST + int(luck * (_LATEST + 1 - _SOONEST))
