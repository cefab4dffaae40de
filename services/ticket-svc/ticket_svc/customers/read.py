"""Finding customers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from common.db import Db, ReadDb
from common.http.cursors import Page, Paging
from common.http.problems import NotFound
from ticket_svc.customers.identity import identities
from ticket_svc.customers.schemas import CustomerView, Tier
from ticket_svc.customers.tables import customer


class NoSuchCustomer(NotFound):
    """No customer has this id."""


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """Which customers to list; what is None is not asked."""

    email: str | None = None
    phone: str | None = None
    external_id: str | None = None
    tier: Tier | None = None


_BY_ID = sa.select(customer).where(customer.c.id == sa.bindparam("wanted_id"))


async def one_customer(db: ReadDb | Db, customer_id: UUID) -> CustomerView:
    """The customer with this id. Raises NoSuchCustomer."""
    row = (await db.execute(_BY_ID, {"wanted_id": customer_id})).one_or_none()
    if row is None:
        raise NoSuchCustomer(f"There is no customer {customer_id}.")
    return CustomerView.model_validate(row)


async def list_customers(db: ReadDb, wanted: CustomerFilter, paging: Paging) -> Page[CustomerView]:
    """Customers, newest first. Raises BadCursor."""
    known_by = identities(external_id=wanted.external_id, email=wanted.email, phone=wanted.phone)
    asked = {
        "external_id": known_by.external_id,
        "email": known_by.email,
        "phone": known_by.phone,
        "tier": wanted.tier,
    }
    query = sa.select(customer).where(*(customer.c[name] == value for name, value in asked.items() if value))
    query = query.order_by(customer.c.created_at.desc(), customer.c.id.desc()).limit(paging.limit + 1)
    after = paging.after("customers")
    if after:
        position = (datetime.fromisoformat(after[0]), UUID(after[1]))
        query = query.where(sa.tuple_(customer.c.created_at, customer.c.id) < position)
    rows = (await db.execute(query)).all()
    last = rows[paging.limit - 1] if len(rows) > paging.limit else None
    return Page(
        items=[CustomerView.model_validate(row) for row in rows[: paging.limit]],
        next_cursor=paging.next("customers", [last.created_at, last.id]) if last else None,
    )
