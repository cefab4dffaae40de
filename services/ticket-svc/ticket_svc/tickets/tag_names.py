"""Remembering which tags were ever used, so that they can be listed without looking through the tickets."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from common.aside import Aside
from common.db import Db
from ticket_svc.tickets.tables import tag

# Sorted, and after the tickets were locked: two transactions with the same new tags cannot wait for each other.
_NAMED = Aside("named", tag.name, {"name": sa.Text()}, then="ON CONFLICT DO NOTHING", key=lambda row: row[0])


def remember_names(db: Db, tags: Sequence[str]) -> None:
    """Have the names of these tags, which are sorted, written beside the change."""
    for name in tags:
        db.put_aside(_NAMED, (name,))
