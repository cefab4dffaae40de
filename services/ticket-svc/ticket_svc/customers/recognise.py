"""Recognising a customer by what they told us, or making them known: one of them, however many ask at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from common import outbox
from common.contracts.tickets import CustomerCreated, Language
from common.db import Db
from common.ids import new_id
from ticket_svc.customers.attach import attach_if_free
from ticket_svc.customers.hold import changing, hold
from ticket_svc.customers.identity import VOUCHED, Identity, identity
from ticket_svc.customers.messages import VISITOR
from ticket_svc.customers.provenance import Provenance
from ticket_svc.organisations.domains import domain_of


@dataclass(frozen=True, slots=True)
class Details:
    """What somebody told us about themselves."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    external_id: str | None = None
    wechat_unionid: str | None = None
    wechat_openid: str | None = None
    wechat_appid: str | None = None
    handle_kind: str | None = None
    handle: str | None = None
    tier: str = "standard"
    language: Language = "zh"
    organisation_id: UUID | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)

    def identities(self) -> dict[str, Identity]:
        """What they can be recognised by, strongest first; a name at a network stands under `handle`."""
        told = {
            "external_id": ("external_id", self.external_id, None),
            "wechat_unionid": ("wechat_unionid", self.wechat_unionid, None),
            "wechat_openid": ("wechat_openid", self.wechat_openid, self.wechat_appid),
            "email": ("email", self.email, None),
            "phone": ("phone", self.phone, None),
            "handle": (self.handle_kind or "", self.handle, None),
        }
        return {slot: identity(kind, value, scope) for slot, (kind, value, scope) in told.items() if value}


@dataclass(frozen=True, slots=True)
class Recognised:
    """The customer's row, whether it is new, and which of what they told they were known by (all, if it is new)."""

    row: Mapping[Any, Any]
    created: bool
    known_by: frozenset[str]


SLOTS = ("external_id", "wechat_unionid", "wechat_openid", "email", "phone", "handle")
"""What a request can bring of a customer, one of each, in the order in which a customer is looked for."""


def _owner(slot: str) -> str:
    # A scalar subquery on the whole key of a unique index: no plan but that index, with any statistics or none.
    kind, scope = (f":{slot}_kind", f":{slot}_scope")
    where = f"kind = {kind} AND scope = {scope} AND value = :{slot} AND removed_at IS NULL"
    return f"(SELECT customer_id FROM identity WHERE {where}) AS by_{slot}"


def _given(slot: str) -> str:
    return f"(:{slot}_id, :{slot}_kind, :{slot}_scope, :{slot}, CAST(:{slot}_verified_at AS timestamptz))"


# One statement for both cases. The identities are written first: their unique index decides between two who make the
# same customer at once. The second waits there, has written none of them, makes nobody, and finds the first one's
# customer with its next statement.
_FIND_OR_MAKE = sa.text(
    f"""
    WITH whose AS MATERIALIZED (SELECT {", ".join(map(_owner, SLOTS))}),
    known AS (
      SELECT c.*, whose.* FROM whose
      JOIN customer c ON c.id = coalesce({", ".join(f"by_{slot}" for slot in SLOTS)})),
    named AS (
      INSERT INTO identity (id, customer_id, kind, scope, value, source, verified_at, added_at,
        added_by_kind, added_by_id, added_by_name)
      SELECT given.id, :id, kind, scope, value, :source, verified_at, :now, :by_kind, :by_id, :by_name
      FROM (VALUES {", ".join(map(_given, SLOTS))}) AS given(id, kind, scope, value, verified_at)
      WHERE given.value IS NOT NULL AND NOT EXISTS (SELECT FROM known)
      ON CONFLICT (kind, scope, value) WHERE removed_at IS NULL DO NOTHING
      RETURNING 1),
    made AS (
      INSERT INTO customer (id, name, email, phone, external_id, tier, language, organisation_id, attributes,
        version, created_at, updated_at)
      SELECT :id, :name, :email, :phone, :external_id, :tier, :language,
        coalesce(:organisation_id, (SELECT organisation_id FROM organisation_domain WHERE domain = :domain)),
        :attributes, 1, :now, :now
      WHERE NOT EXISTS (SELECT FROM known) AND (SELECT count(*) FROM named) = :told
      RETURNING *)
    SELECT *, FALSE AS created FROM known
    UNION ALL SELECT *, {", ".join("NULL" for _ in SLOTS)}, TRUE FROM made
    """
).bindparams(
    *(sa.bindparam(name, type_=sa.Uuid) for name in ("id", "by_id", "organisation_id")),
    *(sa.bindparam(f"{slot}_id", type_=sa.Uuid) for slot in SLOTS),
    *(sa.bindparam(f"{slot}{part}", type_=sa.Text) for slot in SLOTS for part in ("", "_kind", "_scope")),
    *(sa.bindparam(f"{slot}_verified_at", type_=sa.DateTime(timezone=True)) for slot in SLOTS),
    *(sa.bindparam(name, type_=sa.Text) for name in ("name", "tier", "language", "domain")),
    *(sa.bindparam(name, type_=sa.Text) for name in ("source", "by_kind", "by_name")),
    sa.bindparam("attributes", type_=JSONB),
    sa.bindparam("told", type_=sa.BigInteger),
    sa.bindparam("now", type_=sa.DateTime(timezone=True)),
)


async def recognise(db: Db, details: Details, *, by: Provenance, now: datetime) -> Recognised:
    """The customer with one of these identities (asked in the order of SLOTS), made when there is none.

    Says customer.created for a new one. A known one is given the ids that other systems vouch for and nobody has:
    external_id if they have none; WeChat's only if they were recognised by an id of that kind, not by an address that
    anybody can claim. Raises CustomerChanging.
    """
    told = details.identities()
    found = await _find_or_make(db, details, told, by, now)
    if found.created:
        await _say_created(db, found.row, now)
        return found
    missing = _missing(found, told)
    if missing:
        await _link(db, found.row["id"], missing, by, now)
        found = await _find_or_make(db, details, told, by, now)
    return found


async def _find_or_make(
    db: Db, details: Details, told: Mapping[str, Identity], by: Provenance, now: datetime
) -> Recognised:
    values = _values(details, told, by, now)
    for _ in range(4):
        row = (await db.execute(_FIND_OR_MAKE, values)).mappings().one_or_none()
        if row is not None:
            return _recognised(row, told)
    raise changing()


def _recognised(row: Mapping[Any, Any], told: Mapping[str, Identity]) -> Recognised:
    if row["created"]:
        return Recognised(row, created=True, known_by=frozenset(told))
    known_by = frozenset(slot for slot in told if row[f"by_{slot}"] == row["id"])
    return Recognised(row, created=False, known_by=known_by)


def _values(details: Details, told: Mapping[str, Identity], by: Provenance, now: datetime) -> dict[str, Any]:
    spelt: dict[str, Any] = {slot: one.value for slot, one in told.items()}
    first = next(iter(spelt.get(slot) for slot in ("email", "phone", "external_id", "handle") if slot in spelt), None)
    values = {
        **_NOTHING,
        **spelt,
        "id": new_id(),
        "name": details.name or first or VISITOR[details.language],
        "tier": details.tier,
        "language": details.language,
        "organisation_id": details.organisation_id,
        "domain": domain_of(spelt.get("email")),
        "attributes": dict(details.attributes),
        "told": len(told),
        "source": by.source,
        "by_kind": by.kind,
        "by_id": by.id,
        "by_name": by.name,
        "now": now,
    }
    for slot, one in told.items():
        values |= {f"{slot}_id": new_id(), f"{slot}_kind": one.kind, f"{slot}_scope": one.scope}
        values[f"{slot}_verified_at"] = vouched_at(one.kind, by, now)
    return values


_NOTHING = {f"{slot}{part}": None for slot in SLOTS for part in ("", "_id", "_kind", "_scope", "_verified_at")}


def vouched_at(kind: str, by: Provenance, now: datetime) -> datetime | None:
    """When an identity was verified: at once, if the system that it is of brought it."""
    return now if kind in VOUCHED and by.source in ("channel", "integration") else None


def _missing(found: Recognised, told: Mapping[str, Identity]) -> list[Identity]:
    """Which of the ids that other systems vouch for this customer is to be given."""
    row, vouched = found.row, any(slot in VOUCHED for slot in found.known_by)
    wanted = [slot for slot in VOUCHED if slot in told and row[f"by_{slot}"] is None]
    return [told[slot] for slot in wanted if (row["external_id"] is None if slot == "external_id" else vouched)]


async def _link(db: Db, customer_id: UUID, missing: list[Identity], by: Provenance, now: datetime) -> None:
    """Give a customer whom we knew otherwise these ids, as far as nobody else was quicker."""
    held = await hold(db, customer_id)
    for one in missing:
        await attach_if_free(db, held, one, by=by, now=now, verified_at=vouched_at(one.kind, by, now))
    await held.write(db, by=by, now=now)


async def _say_created(db: Db, row: Mapping[Any, Any], now: datetime) -> None:
    event = CustomerCreated(customer_id=row["id"], name=row["name"], tier=row["tier"], language=row["language"])
    await outbox.say(db, event, about=row["id"], version=row["version"], now=now)
