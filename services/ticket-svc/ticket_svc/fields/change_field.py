"""Changing a custom field: how it is called, what may be chosen, where it stands, and whether it is used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from common.db import Db
from common.http import etag
from ticket_svc.audit.note import note
from ticket_svc.fields.accept import WrongValue, accept_value
from ticket_svc.fields.choices import choice_faults, kept
from ticket_svc.fields.define_field import refuse_too_many
from ticket_svc.fields.definitions import Definitions, Fault, Field, choices_from
from ticket_svc.fields.edition import begin_edition, present_definitions
from ticket_svc.fields.fill_in import refuse
from ticket_svc.fields.read import one_field
from ticket_svc.fields.schemas import FieldChange, FieldView
from ticket_svc.fields.tables import field


async def change_field(db: Db, key: str, *, wanted: FieldChange, seen: int, now: datetime) -> FieldView:
    """The field after the change; nothing that a ticket holds is lost by it. Raises NoSuchField, StaleVersion,
    Invalid (choices; a choice that is the default of a form; too many active fields).
    """
    await begin_edition(db)
    before = await one_field(db, key)
    etag.guard(before.version, seen)
    asked = wanted.model_dump(exclude_none=True)
    if asked.get("active") and not before.active:
        await refuse_too_many(db)
    if "choices" in asked:
        asked["choices"] = kept(before.model_dump()["choices"], asked["choices"])
        refuse(choice_faults(before.kind, asked["choices"]))
        refuse(list(_defaults_lost(await present_definitions(db), key, asked["choices"])))
    change = sa.update(field).where(field.c.key == key)
    await db.execute(change.values(**asked, version=before.version + 1, updated_at=now))
    after = await one_field(db, key)
    note(db, "field", key, before=before, after=after, now=now)
    return after


def _defaults_lost(definitions: Definitions, key: str, choices: Sequence[dict[str, Any]]) -> Iterator[Fault]:
    """The forms whose default could no longer be chosen: their tickets would silently go without."""
    old = definitions.fields[key]
    changed = Field(key, old.kind, choices_from(choices), old.active)
    for type_ in definitions.types.values():
        for one in type_.form:
            if one.field.key == key and one.default is not None:
                try:
                    accept_value(changed, one.default)
                except WrongValue:
                    detail = f"The form of {type_.key} has a default that would be gone: change the form first."
                    yield Fault("/choices", detail, "default_gone")
