"""Writing the form of a ticket type: which fields it asks for, in which order, and when they are required."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from common.db import Db
from common.http import etag
from ticket_svc.audit.note import note
from ticket_svc.fields.accept import WrongValue, accept_value
from ticket_svc.fields.definitions import Definitions, Fault
from ticket_svc.fields.edition import begin_edition, present_definitions
from ticket_svc.fields.fill_in import refuse
from ticket_svc.fields.read import one_type
from ticket_svc.fields.schemas import Form, FormFieldWanted, TypeView
from ticket_svc.fields.tables import form_field, ticket_type

_CLEAR = sa.delete(form_field).where(form_field.c.type_key == sa.bindparam("of_type"))


async def write_form(db: Db, key: str, *, wanted: Form, seen: int, now: datetime) -> TypeView:
    """The type with the new form, which replaces the old one; values on tickets stay. Raises NoSuchType, StaleVersion,
    Invalid (a field that is not known or not used, one twice, a default that does not fit).
    """
    await begin_edition(db)
    before = await one_type(db, key)
    etag.guard(before.version, seen)
    definitions = await present_definitions(db)
    refuse(list(_faults(definitions, wanted.fields)))
    await db.execute(_CLEAR, {"of_type": key})
    if wanted.fields:
        rows = [_row(definitions, key, place, one) for place, one in enumerate(wanted.fields)]
        await db.execute(sa.insert(form_field), rows)
    change = sa.update(ticket_type).where(ticket_type.c.key == key)
    await db.execute(change.values(version=before.version + 1, updated_at=now))
    after = await one_type(db, key)
    note(db, "ticket_type", key, before=before, after=after, now=now)
    return after


def _faults(definitions: Definitions, asked: Sequence[FormFieldWanted]) -> Iterator[Fault]:
    seen: set[str] = set()
    for place, one in enumerate(asked):
        field = definitions.fields.get(one.field)
        here = f"/fields/{place}"
        if field is None or not field.active:
            yield Fault(f"{here}/field", "There is no such field in use.", "unknown_field")
        elif one.field in seen:
            yield Fault(f"{here}/field", "The form has this field already.", "twice")
        elif one.default is not None:
            try:
                accept_value(field, one.default)
            except WrongValue as wrong:
                yield Fault(f"{here}/default", wrong.detail, wrong.code)
        seen.add(one.field)


def _row(definitions: Definitions, type_key: str, place: int, one: FormFieldWanted) -> dict[str, Any]:
    default = None if one.default is None else accept_value(definitions.fields[one.field], one.default)
    told = one.model_dump(include={"required_on_create", "required_on_resolve", "visible_to_customer"})
    return {**told, "type_key": type_key, "field_key": one.field, "position": place, "default_value": default}
