"""From rows of a file to rows ready to be sent: mapped, named, and without those that are bad or done already."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from kefu_local.bring_in.mapping import BadRow, Source, body, row_id
from kefu_local.bring_in.rows import Row
from kefu_local.bring_in.send import Ready

Refuse = Callable[[int, str], None]


def ready(rows: Iterable[Row], source: Source, found: Mapping[str, str], refuse: Refuse) -> Iterator[Ready]:
    """The sendable rows, in order. `refuse` is told line and reason of each other one; it never stops the rest."""
    named = Names(has_ids="id" in found)
    for row in rows:
        if row.wrong is not None:
            refuse(row.line, row.wrong)
            continue
        try:
            own = named.name(row, row_id(row.values, found))
            yield Ready(row.line, body(source, row.values, found, own))
        except BadRow as error:
            refuse(row.line, str(error))


class Names:
    """Gives each row a name of its own: equal rows without an id are numbered, an id that stands twice is refused."""

    def __init__(self, *, has_ids: bool) -> None:
        self._has_ids = has_ids
        self._seen: dict[str, int] = {}

    def name(self, row: Row, own: str) -> str:
        """The row's name. Raises BadRow for an id that an earlier line had."""
        if own not in self._seen:
            self._seen[own] = row.line if self._has_ids else 1
            return own
        if self._has_ids:
            raise BadRow(f"id {own} stands in line {self._seen[own]} already")
        self._seen[own] += 1
        return f"{own}-{self._seen[own]}"
