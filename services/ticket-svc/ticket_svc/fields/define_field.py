"""Defining a custom field."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from common.db import Db
from common.http.problems import Conflict
from ticket_svc.audit.note import note
from ticket_svc.fields.choices import choice_faults
from ticket_svc.fields.definitions import MOST_FIELDS, Fault
from ticket_svc.fields.edition import begin_edition
from ticket_svc.fields.fill_in import refuse
from ticket_svc.fields.read import one_field
from ticket_svc.fields.schemas import FieldView, NewField
from ticket_svc.fields.tables import field

_ACTIVE = sa.select(sa.func.count()).select_from(field).where(field.c.active)
_NEW = insert(field).on_conflict_do_nothing().returning(field.c.key)


class FieldExists(Conflict):
    """A field has this key already; an inactive one may be activated again."""


async def define_field(db: Db, wanted: NewField, *, now: datetime) -> FieldView:
    """Define a field; tickets have it once a form asks for it. Raises FieldExists, Invalid (choices, too many)."""
    row = wanted.model_dump()
    refuse(choice_faults(wanted.kind, row["choices"]))
    await begin_edition(db)
    await refuse_too_many(db)
    if (await db.execute(_NEW, {**row, "active": True, "version": 1, "updated_at": now})).first() is None:
        raise FieldExists(f"There is a field {wanted.key} already.")
    made = await one_field(db, wanted.key)
    note(db, "field", made.key, after=made, now=now)
    return made


async def refuse_too_many(db: Db) -> None:
    """Raise Invalid when another active field would be one too many."""
    if (await db.execute(_ACTIVE)).scalar_one() >= MOST_FIELDS:
        refuse([Fault("/key", f"There may be {MOST_FIELDS} active fields at most.", "too_many")])
