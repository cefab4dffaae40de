"""Defining a ticket type."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from common.db import Db
from common.http.problems import Conflict
from ticket_svc.audit.note import note
from ticket_svc.fields.definitions import Fault
from ticket_svc.fields.edition import begin_edition
from ticket_svc.fields.fill_in import refuse
from ticket_svc.fields.read import one_type
from ticket_svc.fields.schemas import NewType, TypeView
from ticket_svc.fields.tables import ticket_type

MOST_TYPES = 50
"""Ticket types that there may be, the inactive ones counted."""

_COUNT = sa.select(sa.func.count()).select_from(ticket_type)
_NEW = insert(ticket_type).on_conflict_do_nothing().returning(ticket_type.c.key)


class TypeExists(Conflict):
    """A ticket type has this key already."""


async def define_type(db: Db, wanted: NewType, *, now: datetime) -> TypeView:
    """Define a ticket type, with an empty form. Raises TypeExists, Invalid (too many)."""
    await begin_edition(db)
    if (await db.execute(_COUNT)).scalar_one() >= MOST_TYPES:
        refuse([Fault("/key", f"There may be {MOST_TYPES} ticket types at most.", "too_many")])
    row = {**wanted.model_dump(), "active": True, "version": 1, "updated_at": now}
    if (await db.execute(_NEW, row)).first() is None:
        raise TypeExists(f"There is a ticket type {wanted.key} already.")
    made = await one_type(db, wanted.key)
    note(db, "ticket_type", made.key, after=made, now=now)
    return made
