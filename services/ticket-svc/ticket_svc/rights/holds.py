"""Legal holds: as long as one stands, the customer's data may not be erased."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from common.db import Db, ReadDb
from common.http.identity import Caller
from common.http.problems import NotFound
from ticket_svc.customers.hold import hold
from ticket_svc.customers.provenance import brought_by
from ticket_svc.customers.read import present_customer
from ticket_svc.rights.schemas import HoldView
from ticket_svc.rights.tables import legal_hold
from ticket_svc.trail.schemas import Actor


class NoHold(NotFound):
    """There is no legal hold on this customer's data."""


_insert = insert(legal_hold)
_SET = _insert.on_conflict_do_update(
    index_elements=["customer_id"],
    set_={name: _insert.excluded[name] for name in ("reason", "by_kind", "by_id", "by_name", "at")},
).returning(legal_hold)
_LIFT = sa.delete(legal_hold).where(legal_hold.c.customer_id == sa.bindparam("of")).returning(legal_hold.c.reason)
_ONE = sa.select(legal_hold).where(legal_hold.c.customer_id == sa.bindparam("of"))


async def set_hold(db: Db, who: Caller, *, customer_id: UUID, reason: str, now: datetime) -> HoldView:
    """Forbid that the customer's data be erased. Raises NoSuchCustomer, CustomerChanging, CustomerErased."""
    held, by = await hold(db, customer_id), brought_by(who)
    row = {"customer_id": held.id, "reason": reason, "at": now}
    made = (await db.execute(_SET, {**row, "by_kind": by.kind, "by_id": by.id, "by_name": by.name})).one()
    held.step("customer.hold_set", {"reason": reason})
    await held.write(db, by=by, now=now)
    return _view(made)


async def lift_hold(db: Db, who: Caller, *, customer_id: UUID, now: datetime) -> None:
    """Allow it again. Raises NoSuchCustomer, NoHold, CustomerChanging, CustomerErased."""
    held = await hold(db, customer_id)
    lifted = (await db.execute(_LIFT, {"of": held.id})).one_or_none()
    if lifted is None:
        raise NoHold("There is no legal hold on this customer's data.")
    held.step("customer.hold_lifted", {"reason": lifted.reason})
    await held.write(db, by=brought_by(who), now=now)


async def one_hold(db: ReadDb, customer_id: UUID) -> HoldView:
    """The hold on a customer's data. Raises NoSuchCustomer, NoHold."""
    present = await present_customer(db, customer_id)
    row = (await db.execute(_ONE, {"of": present["id"]})).one_or_none()
    if row is None:
        raise NoHold("There is no legal hold on this customer's data.")
    return _view(row)


def _view(row: Any) -> HoldView:
    by = Actor(kind=row.by_kind, id=row.by_id, name=row.by_name)
    return HoldView(customer_id=row.customer_id, reason=row.reason, by=by, at=row.at)
