"""Finding declared attributes, and holding values against them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.db import Db, ReadDb
from common.http.cursors import Page, Paging
from common.http.problems import FieldError, Invalid, NotFound
from ticket_svc.attributes.check import About, Declared, Value, wrong_values
from ticket_svc.attributes.schemas import AttributeView
from ticket_svc.attributes.tables import attribute


class NoSuchAttribute(NotFound):
    """No attribute has this id."""


class AttributesDoNotFit(Invalid):
    """Values that the declared attributes do not take; `errors` names each."""


_BY_ID = sa.select(attribute).where(attribute.c.id == sa.bindparam("wanted_id"))
_DECLARED = sa.select(attribute.c.key, attribute.c.type, attribute.c.choices).where(
    attribute.c.about == sa.bindparam("wanted_about"),
    attribute.c.key.in_(sa.bindparam("wanted_keys", expanding=True)),
)


async def one_attribute(db: ReadDb, attribute_id: UUID) -> AttributeView:
    """The attribute with this id. Raises NoSuchAttribute."""
    row = (await db.execute(_BY_ID, {"wanted_id": attribute_id})).one_or_none()
    if row is None:
        raise NoSuchAttribute(f"There is no attribute {attribute_id}.")
    return AttributeView.model_validate(row)


async def list_attributes(db: ReadDb, about: About | None, paging: Paging) -> Page[AttributeView]:
    """Declared attributes, in the order in which they were declared. Raises BadCursor."""
    query = sa.select(attribute).order_by(attribute.c.id).limit(paging.limit + 1)
    if about:
        query = query.where(attribute.c.about == about)
    after = paging.after("attributes")
    if after:
        query = query.where(attribute.c.id > UUID(after[0]))
    rows: list[Any] = list((await db.execute(query)).all())
    last = rows[paging.limit - 1] if len(rows) > paging.limit else None
    return Page(
        items=[AttributeView.model_validate(row) for row in rows[: paging.limit]],
        next_cursor=paging.next("attributes", [last.id]) if last else None,
    )


async def must_fit(db: Db, about: About, values: Mapping[str, Value]) -> None:
    """Hold values against what is declared. Raises AttributesDoNotFit, with a pointer to each that does not fit."""
    if not values:
        return
    rows = (await db.execute(_DECLARED, {"wanted_about": about, "wanted_keys": list(values)})).all()
    declared = {row.key: Declared(row.type, row.choices) for row in rows}
    wrong = wrong_values(values, declared)
    if wrong:
        errors = [FieldError(pointer=f"/attributes/{one.key}", detail=one.detail, code=one.code) for one in wrong]
        raise AttributesDoNotFit(f"{errors[0].pointer}: {errors[0].detail}", errors=errors)
