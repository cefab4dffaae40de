"""Which event runs which operation: none. The live stream reads the bus without a memory (live/watch.py)."""

from common.listen import Listen

LISTENS: list[Listen] = []
