"""Whom a name from elsewhere means here."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from common.db import Db
from common.http.problems import Invalid, invalid

# Whoever has left is meant too: they did write this.
_STAFF = sa.text("SELECT id, name FROM colleague UNION SELECT id, name FROM agent")


@dataclass(frozen=True, slots=True)
class Staff:
    """The staff by id and by name."""

    names: dict[UUID, str]
    ids: dict[str, UUID | None]
    """A name that several bear means nobody."""

    def find(self, staff_id: UUID | None, name: str | None, pointer: str) -> tuple[UUID | None, str | None]:
        """The id and name of one of the staff; of somebody unknown just the name. Raises Invalid for an unknown id."""
        if staff_id is not None:
            if staff_id not in self.names:
                raise _unknown(pointer)
            return staff_id, name or self.names[staff_id]
        return (self.ids.get(name.casefold()), name) if name else (None, None)


async def load_staff(db: Db) -> Staff:
    """The staff as this service knows them."""
    rows = (await db.execute(_STAFF)).all()
    ids: dict[str, UUID | None] = {}
    for row in rows:
        key = row.name.casefold()
        ids[key] = row.id if ids.get(key, row.id) == row.id else None
    return Staff({row.id: row.name for row in rows}, ids)


def _unknown(pointer: str) -> Invalid:
    return invalid(pointer, "Nobody of the staff has this id.", "no_such_agent")
