"""Recognising a customer by what they told us, or making them known: one of them, however many ask at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common import outbox
from common.contracts.tickets import CustomerCreated, CustomerUpdated, Language
from common.db import Db
from common.http.problems import Conflict
from common.ids import new_id
from ticket_svc.customers.identity import identities
from ticket_svc.customers.messages import VISITOR
from ticket_svc.customers.tables import customer


class CustomerChanging(Conflict):
    """Others keep changing this customer's identities; ask again."""


@dataclass(frozen=True, slots=True)
class Details:
    """What somebody told us about themselves."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    external_id: str | None = None
    tier: str = "standard"
    language: Language = "zh"


@dataclass(frozen=True, slots=True)
class Recognised:
    """The customer's row, and whether it is new."""

    row: Any
    created: bool


# One statement for both cases. It finds neither only when another transaction made the customer meanwhile: ON CONFLICT
# waited for its commit, and the next statement sees what was made.
_FIND_OR_MAKE = sa.text(
    """
    WITH known AS (
      SELECT * FROM customer
      WHERE external_id = :external_id OR email = :email OR phone = :phone
      ORDER BY CASE WHEN external_id = :external_id THEN 1 WHEN email = :email THEN 2 ELSE 3 END
      LIMIT 1),
    made AS (
      INSERT INTO customer (id, name, email, phone, external_id, tier, language, version, created_at, updated_at)
      SELECT :id, :name, :email, :phone, :external_id, :tier, :language, 1, :now, :now
      WHERE NOT EXISTS (SELECT FROM known)
      ON CONFLICT DO NOTHING
      RETURNING *)
    SELECT *, FALSE AS created FROM known UNION ALL SELECT *, TRUE FROM made
    """
).bindparams(
    sa.bindparam("id", type_=sa.Uuid),
    *(sa.bindparam(name, type_=sa.Text) for name in ("name", "email", "phone", "external_id", "tier", "language")),
    sa.bindparam("now", type_=sa.DateTime(timezone=True)),
)


async def recognise(db: Db, details: Details, *, now: datetime) -> Recognised:
    """The customer with these identities (asked in the order external_id, e-mail, phone), made when there is none.

    Says customer.created for a new one. A customer known without external_id gets it. Raises CustomerChanging.
    """
    row = await _find_or_make(db, details, now)
    if row.created:
        await _say_created(db, row, now)
    elif details.external_id and row.external_id is None:
        row = await _link(db, row.id, details.external_id, now) or await _find_or_make(db, details, now)
    return Recognised(row, created=getattr(row, "created", False))


async def _find_or_make(db: Db, details: Details, now: datetime) -> Any:
    known_by = identities(external_id=details.external_id, email=details.email, phone=details.phone)
    name = details.name or known_by.email or known_by.phone or known_by.external_id or VISITOR[details.language]
    values = {
        "id": new_id(),
        "name": name,
        "email": known_by.email,
        "phone": known_by.phone,
        "external_id": known_by.external_id,
        "tier": details.tier,
        "language": details.language,
        "now": now,
    }
    for _ in range(4):
        row = (await db.execute(_FIND_OR_MAKE, values)).one_or_none()
        if row is not None:
            return row
    raise CustomerChanging("This customer is being changed by others; ask again.", headers={"Retry-After": "1"})


async def _link(db: Db, customer_id: UUID, external_id: str, now: datetime) -> Any:
    """Give a customer whom we knew by e-mail or phone their id in the other system; None when others just did."""
    linked = (
        sa.update(customer)
        .where(customer.c.id == customer_id, customer.c.external_id.is_(None))
        .values(external_id=external_id, version=customer.c.version + 1, updated_at=now)
        .returning(*customer.c)
    )
    after = (await db.execute(linked)).one_or_none()
    if after is not None:
        await say_updated(db, after, now=now)
    return after


async def _say_created(db: Db, row: Any, now: datetime) -> None:
    event = CustomerCreated(customer_id=row.id, name=row.name, tier=row.tier, language=row.language)
    await outbox.say(db, event, about=row.id, version=row.version, now=now)


async def say_updated(db: Db, row: Any, *, now: datetime) -> None:
    """Tell the platform what a customer's row holds after a change that bumped its version."""
    event = CustomerUpdated(customer_id=row.id, name=row.name, tier=row.tier, language=row.language)
    await outbox.say(db, event, about=row.id, version=row.version, now=now)
