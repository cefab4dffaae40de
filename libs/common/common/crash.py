"""Named points at which a test lets the process die, as SIGKILL would. Off, and free of cost, in normal runs.

KEFU_CRASH_AT=relay.before_send:3   die at the third passage of that point
KEFU_CRASH_AT=@FILE                 die as FILE says: `ticket_svc relay.before_send:3`, the package that is to die and
                                    where. FILE is looked at whenever a point is passed, so a running process can be
                                    told, and renamed to FILE.reached by the one that dies: the next start is unarmed.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

POINTS = {
    "db.before_commit": "The transaction is rolled back; whoever asked for it asks again.",
    "db.after_commit": "All is kept, but nobody was told: neither the caller nor the relay.",
    "idempotency.kept": "Effect and record, both or neither.",
    "relay.before_send": "Nothing; the rows are unpublished and are read again.",
    "relay.sent_not_marked": "The marks; the same events are sent again.",
    "relay.marked": "Nothing.",
    "embedded.appended": "The notification; consumers find the messages at their next look.",
    "embedded.taken": "The share just taken; it is free when the member is known to be dead.",
    "embedded.given_up": "Nothing; the partitions are free for the others.",
    "kafka.sent_half": "The rest of a batch; all of it is sent again.",
    "kafka.assigned": "The place in the group, until the session times out.",
    "kafka.revoked": "The place in the group, in the middle of a rebalance.",
    "listener.before_commit": "The effects of a batch; it is delivered again.",
    "listener.effect_not_acknowledged": "The acknowledgement; the inbox knows the batch when it comes again.",
    "listener.acknowledged": "Nothing.",
    "listener.parked": "The acknowledgement of an event that was parked; it is not parked twice.",
    "parking.before_commit": "One retry of a parked event; it is tried again.",
    "timer.in_sweep": "The effects of a sweep in the middle; its timers are still due.",
    "timer.before_commit": "The effects of a whole sweep; as above.",
    "migration.before_commit": "One migration as a whole; the next start makes it.",
    "migration.after_commit": "The migrations that follow; the next start goes on there.",
    "restore.marked": "The restore; nothing starts on the databases until it is run again, and it begins anew.",
    "restore.filled_one": "The rest of a restore; as above.",
    "restore.settled": "The end of a restore; as above.",
    "forward.answered_not_sent": "The service's answer; the client asks again with its Idempotency-Key.",
}
"""Every point, and what is lost when the process dies there. Each stands in the source exactly once."""


def _order(words: str) -> tuple[str, int]:
    """The point and the number of passages of `name` or `name:N`. Raises ValueError for a point that is none."""
    name, _, count = words.partition(":")
    if name not in POINTS:
        raise ValueError(f"{name!r} is no crash point; there are {', '.join(POINTS)}")
    return name, int(count or 1)


def _die() -> None:
    os._exit(137)


class _AtPassage:
    """Dies at the N-th passage of one point."""

    def __init__(self, words: str) -> None:
        self._name, self._left = _order(words)

    def __call__(self, reached: str) -> None:
        self._left -= reached == self._name
        if self._left <= 0:
            _die()


class _AsTheFileSays:
    """Dies where a file says, if the file means this package, and takes the file away."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._words, self._name, self._left = "", "", 0

    def __call__(self, reached: str) -> None:
        try:
            words = self._file.read_text()
        except FileNotFoundError:
            self._words = ""
            return
        if words != self._words:
            self._learn(words)
        self._left -= reached == self._name
        if self._name and self._left <= 0 and self._taken_away():
            _die()

    def _learn(self, words: str) -> None:
        package, point = words.split()[:2]
        name, count = _order(point)
        self._words = words
        self._name, self._left = (name, count) if package == _package() else ("", 0)

    def _taken_away(self) -> bool:
        """Whether it was us who took the file: of several processes of a service only one dies."""
        try:
            self._file.rename(f"{self._file}.reached")
        except FileNotFoundError:
            return False
        return True


def _package() -> str:
    """The package that this process runs, as in `python -m ticket_svc`."""
    return getattr(sys.modules["__main__"], "__package__", None) or Path(sys.argv[0]).name.replace("-", "_")


def _nothing(_reached: str) -> None:
    return None


def _chosen(wish: str) -> Callable[[str], None]:
    if wish.startswith("@"):
        return _AsTheFileSays(Path(wish[1:]))
    return _AtPassage(wish) if wish else _nothing


crash_point: Callable[[str], None] = _chosen(os.environ.get("KEFU_CRASH_AT", ""))
"""Die here when KEFU_CRASH_AT names this point, one of POINTS."""
