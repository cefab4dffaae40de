"""Declaring an attribute of customers or organisations, and changing what is shown of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.db import Db
from common.http import etag
from common.http.problems import Conflict, invalid
from common.ids import new_id
from ticket_svc.attributes.check import AttributeType
from ticket_svc.attributes.read import NoSuchAttribute
from ticket_svc.attributes.schemas import AttributeChange, AttributeView, NewAttribute
from ticket_svc.attributes.tables import attribute
from ticket_svc.audit.note import note


class AttributeDeclared(Conflict):
    """An attribute with this key is declared already."""


_BY_ID = sa.select(attribute).where(attribute.c.id == sa.bindparam("wanted_id")).with_for_update()
_TAKEN = sa.select(attribute.c.id).where(
    attribute.c.about == sa.bindparam("wanted_about"), attribute.c.key == sa.bindparam("wanted_key")
)


async def declare(db: Db, wanted: NewAttribute, *, now: datetime) -> AttributeView:
    """The attribute, from now on taken by customers (or organisations). Raises AttributeDeclared, Invalid."""
    _choices_must_fit(wanted.type, wanted.choices)
    taken = {"wanted_about": wanted.about, "wanted_key": wanted.key}
    if (await db.execute(_TAKEN, taken)).first():
        raise AttributeDeclared(f"{wanted.about} has an attribute {wanted.key} already.")
    values = {**wanted.model_dump(), "id": new_id(), "version": 1, "created_at": now, "updated_at": now}
    row = (await db.execute(sa.insert(attribute).returning(*attribute.c), values)).one()
    made = AttributeView.model_validate(row)
    note(db, "attribute", made.id, after=made, now=now)
    return made


async def change_attribute(
    db: Db, attribute_id: UUID, *, wanted: AttributeChange, seen: int, now: datetime
) -> AttributeView:
    """The attribute with other labels or choices; what was chosen before stays.

    Raises NoSuchAttribute, StaleVersion, Invalid.
    """
    row = (await db.execute(_BY_ID, {"wanted_id": attribute_id})).one_or_none()
    if row is None:
        raise NoSuchAttribute(f"There is no attribute {attribute_id}.")
    etag.guard(row.version, seen)
    asked = wanted.model_dump(exclude_none=True)
    values: dict[str, Any] = {name: value for name, value in asked.items() if getattr(row, name) != value}
    if not values:
        return AttributeView.model_validate(row)
    _choices_must_fit(row.type, values.get("choices", row.choices))
    update = sa.update(attribute).where(attribute.c.id == attribute_id).returning(*attribute.c)
    after = (await db.execute(update.values(**values, version=row.version + 1, updated_at=now))).one()
    view = AttributeView.model_validate(after)
    note(db, "attribute", view.id, before=AttributeView.model_validate(row), after=view, now=now)
    return view


def _choices_must_fit(type_: AttributeType, choices: list[str]) -> None:
    if (type_ == "choice") != bool(choices):
        raise invalid("/choices", "A choice has choices, and no other type has.", "choices_do_not_fit")
    if len(set(choices)) < len(choices):
        raise invalid("/choices", "Each choice stands once.", "choices_do_not_fit")
