"""Changing a customer: lock their row, collect what changes and what is to be said of it, write all of it together.

held = await hold(db, customer_id)                 # of a merged one: the survivor
held.set(tier="vip")
held.step("customer.updated", {"tier": {...}})
row = await held.write(db, by=brought_by(who), now=now)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from common import outbox
from common.aside import Aside
from common.contracts.base import Event
from common.contracts.tickets import CustomerUpdated
from common.db import Db
from common.http.problems import Conflict
from ticket_svc.customers.provenance import Provenance
from ticket_svc.customers.read import CHAIN, NoSuchCustomer
from ticket_svc.customers.tables import customer, customer_event


class CustomerChanging(Conflict):
    """Others are changing this customer; ask again."""


class CustomerErased(Conflict):
    """The customer's data were erased: there is nobody any more whom this would be about."""


def must_be_somebody(row: Mapping[Any, Any]) -> None:
    """Raise CustomerErased, if they were."""
    if row["erased_at"] is not None:
        raise CustomerErased("This customer was erased.", customer_id=row["id"])


def changing() -> CustomerChanging:
    """What a caller is told who met others at the same customer."""
    return CustomerChanging("This customer is being changed by others; ask again.", headers={"Retry-After": "1"})


@dataclass
class Held:
    """A locked customer and what is to become of them. `held["email"]` is the value as changed so far."""

    row: Mapping[Any, Any]
    _values: dict[str, Any] = field(default_factory=dict)
    _steps: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    _events: list[Event] = field(default_factory=list)

    def __getitem__(self, name: str) -> Any:
        return self._values.get(name, self.row[name])

    @property
    def id(self) -> UUID:
        """The customer's."""
        customer_id: UUID = self.row["id"]
        return customer_id

    def set(self, **values: Any) -> None:
        """Give columns of the customer new values."""
        self._values.update(values)

    def step(self, type_: str, data: Mapping[str, Any]) -> None:
        """Put a step on the customer's trail; others hear of it as customer.updated."""
        self._steps.append((type_, data))

    def say(self, event: Event, data: Mapping[str, Any] | None = None) -> None:
        """Say `event` besides, and put it on the trail with `data`, if there is any."""
        self._events.append(event)
        if data is not None:
            self._steps.append((event.TYPE, data))

    async def write(self, db: Db, *, by: Provenance, now: datetime) -> Mapping[Any, Any]:
        """Write row, trail and events; the row after it. Where nothing is said nothing is written."""
        if not self._steps and not self._events:
            return self.row
        version = self.row["version"] + 1 + len(self._events)
        values = {**self._values, "version": version, "updated_at": now}
        changed = sa.update(customer).where(customer.c.id == self.id).values(values)
        await db.execute(changed)
        for type_, data in self._steps:
            row = (self.id, version, type_, by.kind, by.id, by.name, now, dict(data))
            db.put_aside(_TRAIL, row)
        updated = CustomerUpdated(customer_id=self.id, name=self["name"], tier=self["tier"], language=self["language"])
        await outbox.say_all(db, [updated, *self._events], about=self.id, version=version, now=now)
        return {**self.row, **values}


_TRAIL = Aside(
    "customer_trail",
    customer_event.name,
    {
        name: customer_event.c[name].type if name != "data" else JSONB()
        for name in ("customer_id", "version", "type", "actor_kind", "actor_id", "actor_name", "at", "data")
    },
)

# NO KEY UPDATE: a ticket or an identity that refers to the customer need not wait. Opening a ticket does wait: it takes
# the row FOR SHARE, so that a merge cannot overlook what is being opened (tickets/open.py).
_LOCK = sa.text(
    f"""
    {CHAIN}
    SELECT customer.* FROM customer WHERE id = (SELECT id FROM chain WHERE merged_into IS NULL)
    FOR NO KEY UPDATE OF customer
    """
).bindparams(sa.bindparam("wanted_id", type_=sa.Uuid))
_LOCK_MANY = (
    sa.select(customer)
    .where(customer.c.id.in_(sa.bindparam("wanted_ids", expanding=True)))
    .order_by(customer.c.id)
    .with_for_update(key_share=True)
)


async def hold(db: Db, customer_id: UUID) -> Held:
    """Lock a customer; of one that was merged, the survivor.

    Raises NoSuchCustomer, CustomerChanging, CustomerErased.
    """
    row = (await db.execute(_LOCK, {"wanted_id": customer_id})).mappings().one_or_none()
    if row is None:
        raise NoSuchCustomer(f"There is no customer {customer_id}.")
    if row["merged_into"] is not None:  # while we waited for the lock
        raise changing()
    must_be_somebody(row)
    return Held(row)


async def hold_these(db: Db, *customer_ids: UUID) -> dict[UUID, Held]:
    """Lock these customers themselves, merged or not, in the order of ids; those that do not exist are left out."""
    rows = (await db.execute(_LOCK_MANY, {"wanted_ids": list(customer_ids)})).mappings().all()
    return {row["id"]: Held(row) for row in rows}
