"""Where a run's tables stand in a Markdown page: between two markers of its command. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Markers:
    """The markers of one command, as `kefu bench --large`."""

    command: str

    @property
    def begin(self) -> str:
        """The line above the tables."""
        return f"<!-- {self.command}: begin -->"

    @property
    def end(self) -> str:
        """The line below them."""
        return f"<!-- {self.command}: end -->"

    def stand_in(self, page: str) -> bool:
        """Whether the page has both, in their order."""
        return self.end in page.partition(self.begin)[2]

    def filled(self, page: str, lines: Iterable[str]) -> str:
        """The page with these lines between them."""
        before, _, rest = page.partition(self.begin)
        after = rest.partition(self.end)[2]
        return "\n".join([f"{before}{self.begin}", *lines, f"{self.end}{after}"])
