"""Recognising a customer by what they told us, or making them known: one of them, however many ask at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
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


@cache
def _find_or_make_by(told: tuple[str, ...]) -> sa.TextClause:
    """The statement for a request that brings these of the SLOTS: each has its own, and so binds nothing in vain.

    One statement for both cases. The identities are written first: their unique index decides between two who make the
    same customer at once. The second waits there, has written none of them, makes nobody, and finds the first one's
    customer with its next statement.
    """
    found = ", ".join(map(_owner, told)) or "CAST(NULL AS uuid) AS by_nothing"
    owners = ", ".join(f"by_{slot}" for slot in told) or "by_nothing"
    given = ", ".join(map(_given, told)) or "(CAST(NULL AS uuid), '', '', CAST(NULL AS text), FALSE)"
    text = f"""
    WITH whose AS MATERIALIZED (SELECT {found}),
    known AS (SELECT c.*, whose.* FROM whose JOIN customer c ON c.id = coalesce({owners})),
    named AS (
      INSERT INTO identity (id, customer_id, kind, scope, value, source, verified_at, added_at,
        added_by_kind, added_by_id, added_by_name)
      SELECT given.id, :id, kind, scope, value, :source, CASE WHEN vouched THEN :now END, :now,
        :by_kind, :by_id, :by_name
      FROM (VALUES {given}) AS given(id, kind, scope, value, vouched)
      WHERE given.value IS NOT NULL AND NOT EXISTS (SELECT FROM known)
      ON CONFLICT (kind, scope, value) WHERE removed_at IS NULL DO NOTHING
      RETURNING 1),
    made AS (
      INSERT INTO customer (id, name, email, phone, external_id, tier, language, organisation_id, attributes,
        version, created_at, updated_at)
      SELECT :id, :name, {", ".join(_shown(kind, told) for kind in ("email", "phone", "external_id"))},
        :tier, :language, {_ORGANISATION if "email" in told else ":organisation_id"}, :attributes, 1, :now, :now
      WHERE NOT EXISTS (SELECT FROM known) AND (SELECT count(*) FROM named) = {len(told)}
      RETURNING *)
    SELECT *, FALSE AS created FROM known
    UNION ALL SELECT *, {", ".join("NULL" for _ in told) or "NULL"}, TRUE FROM made
    """
    return sa.text(text).bindparams(*_binds(told))


_ORGANISATION = (
    "coalesce(:organisation_id, (SELECT organisation_id FROM organisation_domain WHERE domain = CAST(:domain AS text)))"
)


def _kind_and_scope(slot: str) -> tuple[str, str]:
    kind = ":handle_kind" if slot == "handle" else f"'{slot}'"
    return kind, ":wechat_appid" if slot == "wechat_openid" else "''"


def _owner(slot: str) -> str:
    # A scalar subquery on the whole key of a unique index: no plan but that index, with any statistics or none.
    kind, scope = _kind_and_scope(slot)
    where = f"kind = {kind} AND scope = {scope} AND value = :{slot} AND removed_at IS NULL"
    return f"(SELECT customer_id FROM identity WHERE {where}) AS by_{slot}"


def _given(slot: str) -> str:
    kind, scope = _kind_and_scope(slot)
    return f"(:{slot}_id, {kind}, {scope}, :{slot}, {':vouched' if slot in VOUCHED else 'FALSE'})"


def _shown(kind: str, told: tuple[str, ...]) -> str:
    return f":{kind}" if kind in told else "NULL"


def _binds(told: tuple[str, ...]) -> list[sa.BindParameter[Any]]:
    texts = ["name", "tier", "language", "source", "by_kind", "by_name", *told]
    texts += [name for slot, name in _MORE.items() if slot in told]
    return [
        *(sa.bindparam(name, type_=sa.Text) for name in texts),
        *(sa.bindparam(name, type_=sa.Uuid) for name in ("id", "by_id", "organisation_id")),
        *(sa.bindparam(f"{slot}_id", type_=sa.Uuid) for slot in told),
        *([sa.bindparam("vouched", type_=sa.Boolean)] if any(slot in VOUCHED for slot in told) else []),
        sa.bindparam("attributes", type_=JSONB),
        sa.bindparam("now", type_=sa.DateTime(timezone=True)),
    ]


_MORE = {"wechat_openid": "wechat_appid", "handle": "handle_kind", "email": "domain"}
"""What is bound beside the value of a slot."""


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
    statement, values = _find_or_make_by(tuple(told)), _values(details, told, by, now)
    for _ in range(4):
        row = (await db.execute(statement, values)).mappings().one_or_none()
        if row is not None:
            return _recognised(row, told)
    raise changing()


def _recognised(row: Mapping[Any, Any], told: Mapping[str, Identity]) -> Recognised:
    if row["created"]:
        return Recognised(row, created=True, known_by=frozenset(told))
    known_by = frozenset(slot for slot in told if row[f"by_{slot}"] == row["id"])
    return Recognised(row, created=False, known_by=known_by)


def _values(details: Details, told: Mapping[str, Identity], by: Provenance, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {
        "id": new_id(),
        "name": details.name or _called(told) or VISITOR[details.language],
        "tier": details.tier,
        "language": details.language,
        "organisation_id": details.organisation_id,
        "attributes": details.attributes,
        "source": by.source,
        "by_kind": by.kind,
        "by_id": by.id,
        "by_name": by.name,
        "now": now,
    }
    for slot, one in told.items():
        values[slot], values[f"{slot}_id"] = one.value, new_id()
        if slot in VOUCHED:
            values["vouched"] = is_vouched(by)
    if "email" in told:
        values["domain"] = domain_of(told["email"].value)
    if "wechat_openid" in told:
        values["wechat_appid"] = told["wechat_openid"].scope
    if "handle" in told:
        values["handle_kind"] = told["handle"].kind
    return values


def _called(told: Mapping[str, Identity]) -> str | None:
    return next((told[slot].value for slot in ("email", "phone", "external_id", "handle") if slot in told), None)


def is_vouched(by: Provenance) -> bool:
    """Whether an id of another system needs no verifying: the system that it is of brought it."""
    return by.source in ("channel", "integration")


def _missing(found: Recognised, told: Mapping[str, Identity]) -> list[Identity]:
    """Which of the ids that other systems vouch for this customer is to be given."""
    row, vouched = found.row, any(slot in VOUCHED for slot in found.known_by)
    wanted = [slot for slot in VOUCHED if slot in told and row[f"by_{slot}"] is None]
    return [told[slot] for slot in wanted if (row["external_id"] is None if slot == "external_id" else vouched)]


async def _link(db: Db, customer_id: UUID, missing: list[Identity], by: Provenance, now: datetime) -> None:
    """Give a customer whom we knew otherwise these ids, as far as nobody else was quicker."""
    held = await hold(db, customer_id)
    for one in missing:
        await attach_if_free(db, held, one, by=by, now=now, verified_at=now if is_vouched(by) else None)
    await held.write(db, by=by, now=now)


async def _say_created(db: Db, row: Mapping[Any, Any], now: datetime) -> None:
    event = CustomerCreated(customer_id=row["id"], name=row["name"], tier=row["tier"], language=row["language"])
    await outbox.say(db, event, about=row["id"], version=row["version"], now=now)
