"""What is written beside an effect: its events, its timers, the record of its answer. All in one round trip.

Each is put aside while the operation runs and written just before the commit, so in the same transaction: a change
with an event, two timers and an Idempotency-Key costs one statement for all four rows, not four.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, dialect
from sqlalchemy.types import TypeEngine

if TYPE_CHECKING:
    from common.connection import Connection

Row = tuple[Any, ...]
_POSTGRES = dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's


@dataclass(frozen=True, eq=False)
class Aside:
    """A kind of rows that is written aside: where to, and in which columns."""

    name: str
    table: str
    columns: Mapping[str, TypeEngine[Any]]
    then: str = ""
    """What follows the INSERT, such as ON CONFLICT."""
    key: Callable[[Row], Hashable] | None = None
    """Of rows with an equal key only the last is written."""

    def insert(self) -> str:
        """The INSERT of any number of rows, in the order in which they were put aside."""
        names = ", ".join(self.columns)
        arrays = ", ".join(f"CAST(:{self.name}_{column} AS {type_}[])" for column, type_ in self._types())
        return (
            f"INSERT INTO {self.table} ({names}) SELECT {names} FROM unnest({arrays})"
            f" WITH ORDINALITY AS given({names}, place) ORDER BY place {self.then}"
        )

    def binds(self) -> list[sa.BindParameter[Any]]:
        """The bound values: one array for each column."""
        return [sa.bindparam(f"{self.name}_{column}", type_=ARRAY(kind)) for column, kind in self.columns.items()]

    def values(self, rows: list[Row]) -> dict[str, list[Any]]:
        """The arrays of these rows."""
        return {
            f"{self.name}_{column}": list(values)
            for column, values in zip(self.columns, zip(*rows, strict=True), strict=True)
        }

    def _types(self) -> list[tuple[str, str]]:
        return [(column, kind.compile(_POSTGRES)) for column, kind in self.columns.items()]


class Pending:
    """What belongs to one transaction and is not done yet: its rows."""

    __slots__ = ("_rows", "then")

    def __init__(self) -> None:
        self.then: list[Callable[[], None]] = []
        """What is to be called once it is committed."""
        self._rows: dict[Aside, dict[Hashable, Row]] = {}

    def put(self, aside: Aside, row: Row) -> None:
        """Put a row aside."""
        rows = self._rows.setdefault(aside, {})
        key = aside.key(row) if aside.key else len(rows)
        rows.pop(key, None)
        rows[key] = row

    def drop(self, aside: Aside, key: Hashable) -> None:
        """Let go of the row with this key, if there is one."""
        self._rows.get(aside, {}).pop(key, None)

    async def write(self, connection: Connection) -> None:
        """Write everything, in one statement."""
        rows, self._rows = {aside: list(rows.values()) for aside, rows in self._rows.items() if rows}, {}
        if rows:
            values = {name: array for aside, given in rows.items() for name, array in aside.values(given).items()}
            await connection.execute(_statement(tuple(rows)), values)


@lru_cache(maxsize=64)
def _statement(asides: tuple[Aside, ...]) -> sa.TextClause:
    parts = ", ".join(f"{aside.name} AS ({aside.insert()} RETURNING 1)" for aside in asides)
    return sa.text(f"WITH {parts} SELECT 1").bindparams(*(bind for aside in asides for bind in aside.binds()))
