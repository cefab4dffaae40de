"""Counting SQL statements: every one that reaches Postgres is in its log for a short while, BEGIN and COMMIT too."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

PREFIX = "kefu-bench %u "
SETTINGS = {"log_line_prefix": f"'{PREFIX}'", "log_parameter_max_length": "0", "log_statement": "'all'"}
"""Server settings that make every statement one line."""

_LINE = re.compile(r"kefu-bench (\S+) LOG:  (?:statement|execute [^:]+):\s*(\S*)")
_OURS = "kefu"
_CONTROL = re.compile(r"(?:BEGIN|START|COMMIT|ROLLBACK);?", re.IGNORECASE)


@dataclass(slots=True)
class Counted:
    """Statements by database; `control` are those of them that only begin and end transactions."""

    by_database: Counter[str] = field(default_factory=Counter)
    control: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.by_database.total()


def count(lines: Iterable[str]) -> Counted:
    """Count the statements in a stretch of the log; those of the superuser, who only watches, are left out."""
    counted = Counted()
    for line in lines:
        found = _LINE.match(line)
        if found is None or found[1] == _OURS:
            continue
        counted.by_database[found[1]] += 1
        counted.control += _CONTROL.fullmatch(found[2]) is not None
    return counted


class Log:
    """A stretch of Postgres's log, from its end now."""

    def __init__(self, path: Path) -> None:
        self._path, self._from = path, path.stat().st_size

    def count(self) -> Counted:
        """The statements logged since."""
        with self._path.open(errors="replace") as log:
            log.seek(self._from)
            return count(log)
