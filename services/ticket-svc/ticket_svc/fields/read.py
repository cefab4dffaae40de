"""Reading types and fields as people see them, with their labels; there are few, so lists are whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from common.db import Db, ReadDb
from common.http.cursors import Page
from common.http.problems import NotFound
from ticket_svc.fields.schemas import FieldView, FormFieldView, TypeView
from ticket_svc.fields.tables import field, form_field, ticket_type


class NoSuchType(NotFound):
    """No ticket type has this key."""


class NoSuchField(NotFound):
    """No custom field has this key."""


_FORMS = (
    sa.select(form_field, field.c.active)
    .join(field, field.c.key == form_field.c.field_key)
    .order_by(form_field.c.type_key, form_field.c.position, form_field.c.field_key)
)
_FORM = _FORMS.where(form_field.c.type_key == sa.bindparam("wanted_key"))
_TYPES = sa.select(ticket_type).order_by(ticket_type.c.position, ticket_type.c.key)
_TYPE = sa.select(ticket_type).where(ticket_type.c.key == sa.bindparam("wanted_key"))
_FIELDS = sa.select(field).order_by(field.c.position, field.c.key)
_FIELD = sa.select(field).where(field.c.key == sa.bindparam("wanted_key"))


async def list_types(db: ReadDb) -> Page[TypeView]:
    """All ticket types with their forms, in their order."""
    rows = (await db.execute(_TYPES)).mappings().all()
    asked = (await db.execute(_FORMS)).mappings().all()
    return Page(items=[_type(row, [one for one in asked if one["type_key"] == row["key"]]) for row in rows])


async def one_type(db: ReadDb | Db, key: str) -> TypeView:
    """A ticket type with its form. Raises NoSuchType."""
    row = (await db.execute(_TYPE, {"wanted_key": key})).mappings().one_or_none()
    if row is None:
        raise NoSuchType(f"There is no ticket type {key}.")
    return _type(row, (await db.execute(_FORM, {"wanted_key": key})).mappings().all())


async def list_fields(db: ReadDb) -> Page[FieldView]:
    """All custom fields, in their order; the inactive ones too."""
    rows = (await db.execute(_FIELDS)).mappings().all()
    return Page(items=[FieldView.model_validate(dict(row)) for row in rows])


async def one_field(db: ReadDb | Db, key: str) -> FieldView:
    """A custom field. Raises NoSuchField."""
    row = (await db.execute(_FIELD, {"wanted_key": key})).mappings().one_or_none()
    if row is None:
        raise NoSuchField(f"There is no field {key}.")
    return FieldView.model_validate(dict(row))


def _type(row: Mapping[Any, Any], asked: Any) -> TypeView:
    form = [FormFieldView(**{**one, "field": one["field_key"], "default": one["default_value"]}) for one in asked]
    return TypeView(**{**row, "form": form})
