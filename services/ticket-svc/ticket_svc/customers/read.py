"""Finding customers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.db import Db, ReadDb
from common.http.cursors import Page, Paging
from common.http.identity import Caller
from common.http.problems import NotFound
from ticket_svc.customers.identity import Identity
from ticket_svc.customers.mask import PERSONAL
from ticket_svc.customers.schemas import CustomerView, IdentityView, Tier
from ticket_svc.customers.tables import customer, identity


class NoSuchCustomer(NotFound):
    """No customer has this id."""


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """Which customers to list; what is None is not asked."""

    known_by: tuple[Identity, ...] = ()
    tier: Tier | None = None
    organisation_id: UUID | None = None


CHAIN = """
    WITH RECURSIVE chain AS (
      SELECT id, merged_into, 1 AS step FROM customer WHERE id = :wanted_id
      UNION ALL
      SELECT c.id, c.merged_into, step + 1 FROM chain JOIN customer c ON c.id = chain.merged_into WHERE step < 1000)
"""
"""A customer, who they were merged into, and so on; the last one is the survivor."""

_BY_ID = sa.select(customer).where(customer.c.id == sa.bindparam("wanted_id"))
_SURVIVOR = sa.text(
    f"{CHAIN} SELECT customer.* FROM customer WHERE id = (SELECT id FROM chain WHERE merged_into IS NULL)"
).bindparams(sa.bindparam("wanted_id", type_=sa.Uuid))
_IDENTITIES = (
    sa.select(identity)
    .where(identity.c.customer_id == sa.bindparam("wanted_id"), identity.c.removed_at.is_(None))
    .order_by(identity.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)


def view_of(row: Mapping[Any, Any], who: Caller) -> CustomerView:
    """A customer's row as this caller may see it."""
    return CustomerView.of(row, masked=not who.can(PERSONAL))


async def one_customer(db: ReadDb | Db, customer_id: UUID, *, who: Caller) -> CustomerView:
    """The customer with this id, also when they were merged into another. Raises NoSuchCustomer."""
    return view_of(await _row(db, customer_id), who)


async def present_customer(db: ReadDb | Db, customer_id: UUID) -> Mapping[Any, Any]:
    """The row of the customer with this id, or of who they were merged into. Raises NoSuchCustomer."""
    row = await _row(db, customer_id)
    if row["merged_into"] is None:
        return row
    return (await db.execute(_SURVIVOR, {"wanted_id": customer_id})).mappings().one()


async def _row(db: ReadDb | Db, customer_id: UUID) -> Mapping[Any, Any]:
    row = (await db.execute(_BY_ID, {"wanted_id": customer_id})).mappings().one_or_none()
    if row is None:
        raise NoSuchCustomer(f"There is no customer {customer_id}.")
    return row


async def list_customers(db: ReadDb, wanted: CustomerFilter, paging: Paging, *, who: Caller) -> Page[CustomerView]:
    """Customers, newest first, without those who were merged into others. Raises BadCursor."""
    query = sa.select(customer).where(customer.c.merged_into.is_(None), *map(_has, wanted.known_by))
    asked = {"tier": wanted.tier, "organisation_id": wanted.organisation_id}
    query = query.where(*(customer.c[name] == value for name, value in asked.items() if value))
    query = query.order_by(customer.c.created_at.desc(), customer.c.id.desc()).limit(paging.limit + 1)
    after = paging.after("customers")
    if after:
        position = (datetime.fromisoformat(after[0]), UUID(after[1]))
        query = query.where(sa.tuple_(customer.c.created_at, customer.c.id) < position)
    rows = (await db.execute(query)).mappings().all()
    last = rows[paging.limit - 1] if len(rows) > paging.limit else None
    return Page(
        items=[view_of(row, who) for row in rows[: paging.limit]],
        next_cursor=paging.next("customers", [last["created_at"], last["id"]]) if last else None,
    )


def _has(asked: Identity) -> sa.ColumnElement[bool]:
    owners = sa.select(identity.c.customer_id).where(
        identity.c.kind == asked.kind, identity.c.value == asked.value, identity.c.removed_at.is_(None)
    )
    # The scope is asked for where it is known: an openid without its appid may be of several customers.
    return customer.c.id.in_(owners.where(identity.c.scope == asked.scope) if asked.scope else owners)


async def list_identities(db: ReadDb, customer_id: UUID, paging: Paging, *, who: Caller) -> Page[IdentityView]:
    """What a customer is recognised by, oldest first; of a merged one, the survivor's.

    Raises NoSuchCustomer, BadCursor.
    """
    present = await present_customer(db, customer_id)
    after = paging.after("identities")
    query = _IDENTITIES.where(identity.c.id > UUID(after[0])) if after else _IDENTITIES
    rows = (await db.execute(query, {"wanted_id": present["id"], "most": paging.limit + 1})).mappings().all()
    last = rows[paging.limit - 1] if len(rows) > paging.limit else None
    masked = not who.can(PERSONAL)
    return Page(
        items=[IdentityView.of(row, masked=masked) for row in rows[: paging.limit]],
        next_cursor=paging.next("identities", [last["id"]]) if last else None,
    )
