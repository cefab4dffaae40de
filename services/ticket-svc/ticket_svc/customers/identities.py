"""Adding an identity to a customer, verifying it, and removing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.db import Db
from common.http.identity import Caller
from common.http.problems import NotFound
from ticket_svc.customers.attach import attach, detach
from ticket_svc.customers.hold import Held, hold
from ticket_svc.customers.identity import identity
from ticket_svc.customers.mask import PERSONAL
from ticket_svc.customers.provenance import brought_by
from ticket_svc.customers.schemas import IdentityView, NewIdentity
from ticket_svc.customers.tables import identity as table


class NoSuchIdentity(NotFound):
    """The customer is recognised by no such thing (any longer)."""


@dataclass(frozen=True, slots=True)
class Added:
    """The identity, whether it is new, and the customer's version."""

    view: IdentityView
    created: bool
    version: int


_LIVING = sa.select(table).where(
    table.c.id == sa.bindparam("wanted_id"),
    table.c.customer_id == sa.bindparam("owner"),
    table.c.removed_at.is_(None),
)
_VERIFY = sa.update(table).where(table.c.id == sa.bindparam("wanted_id")).values(verified_at=sa.bindparam("at"))


async def add_identity(db: Db, who: Caller, *, customer_id: UUID, wanted: NewIdentity, now: datetime) -> Added:
    """Have a customer recognised by something more. Raises NoSuchCustomer, IdentityTaken, CustomerChanging."""
    held, by = await hold(db, customer_id), brought_by(who)
    one = identity(wanted.kind, wanted.value, wanted.scope)
    row, created = await attach(db, held, one, by=by, now=now, verified=wanted.verified, pointer="/value")
    after = await held.write(db, by=by, now=now)
    return Added(_view(row, who), created, after["version"])


async def verify_identity(db: Db, who: Caller, *, customer_id: UUID, identity_id: UUID, now: datetime) -> Added:
    """Record that it was made sure that an identity is the customer's; the first time stays.

    Raises NoSuchCustomer, NoSuchIdentity, CustomerChanging.
    """
    held = await hold(db, customer_id)
    row = dict(await _theirs(db, held, identity_id))
    if row["verified_at"] is None:
        await db.execute(_VERIFY, {"wanted_id": identity_id, "at": now})
        row["verified_at"] = now
        held.step(
            "customer.identity_verified", {name: row[name] for name in ("kind", "value")} | {"identity_id": row["id"]}
        )
    after = await held.write(db, by=brought_by(who), now=now)
    return Added(_view(row, who), created=False, version=after["version"])


async def remove_identity(db: Db, who: Caller, *, customer_id: UUID, identity_id: UUID, now: datetime) -> None:
    """Have a customer recognised by this no longer; it is kept when and by whom it came.

    Raises NoSuchCustomer, NoSuchIdentity, CustomerChanging.
    """
    held = await hold(db, customer_id)
    await detach(db, held, await _theirs(db, held, identity_id), now=now)
    await held.write(db, by=brought_by(who), now=now)


async def _theirs(db: Db, held: Held, identity_id: UUID) -> Mapping[Any, Any]:
    row = (await db.execute(_LIVING, {"wanted_id": identity_id, "owner": held.id})).mappings().one_or_none()
    if row is None:
        raise NoSuchIdentity(f"The customer has no identity {identity_id}.")
    return row


def _view(row: Mapping[Any, Any], who: Caller) -> IdentityView:
    return IdentityView.of(row, masked=not who.can(PERSONAL))
