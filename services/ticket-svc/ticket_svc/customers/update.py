"""Changing what is known of a customer."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.db import Db
from common.http import etag
from ticket_svc.customers.identity import email_key, phone_key
from ticket_svc.customers.read import NoSuchCustomer
from ticket_svc.customers.recognise import say_updated
from ticket_svc.customers.schemas import CustomerChange, CustomerView
from ticket_svc.customers.tables import customer

_LOCK = sa.select(customer).where(customer.c.id == sa.bindparam("wanted_id")).with_for_update(key_share=True)
_ALWAYS_SET = ("name", "tier", "language")


async def update_customer(
    db: Db, customer_id: UUID, *, wanted: CustomerChange, seen: int, now: datetime
) -> CustomerView:
    """The customer after the change, which says customer.updated. Raises NoSuchCustomer, StaleVersion.

    An identity that another customer has is refused by the database, and answered as a conflict.
    """
    row = (await db.execute(_LOCK, {"wanted_id": customer_id})).one_or_none()
    if row is None:
        raise NoSuchCustomer(f"There is no customer {customer_id}.")
    etag.guard(row.version, seen)
    values = {name: value for name, value in _wanted_values(wanted).items() if getattr(row, name) != value}
    if not values:
        return CustomerView.model_validate(row)
    change = sa.update(customer).where(customer.c.id == customer_id)
    changed = change.values(**values, version=customer.c.version + 1, updated_at=now).returning(*customer.c)
    after = (await db.execute(changed)).one()
    await say_updated(db, after, now=now)
    return CustomerView.model_validate(after)


def _wanted_values(wanted: CustomerChange) -> dict[str, Any]:
    values = wanted.model_dump(exclude_unset=True)
    if values.get("email"):
        values["email"] = email_key(values["email"])
    if values.get("phone"):
        values["phone"] = phone_key(values["phone"])
    return {name: value for name, value in values.items() if value is not None or name not in _ALWAYS_SET}
