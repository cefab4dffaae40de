"""Giving a customer an identity and taking it away again; of the kinds that their row shows, one is shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from common.db import Db
from common.http.problems import Conflict, FieldError
from common.ids import new_id
from ticket_svc.customers.hold import Held
from ticket_svc.customers.identity import SHOWN, Identity
from ticket_svc.customers.provenance import Provenance
from ticket_svc.customers.tables import identity


class IdentityTaken(Conflict):
    """Another customer is recognised by it; if the two are one person, merge them."""


_LIVES = identity.c.removed_at.is_(None)
_ATTACH: Any = (
    insert(identity)
    .on_conflict_do_nothing(index_elements=["kind", "scope", "value"], index_where=_LIVES)
    .returning(*identity.c)
)
_LIVING = sa.select(identity).where(
    _LIVES,
    identity.c.kind == sa.bindparam("wanted_kind"),
    identity.c.scope == sa.bindparam("wanted_scope"),
    identity.c.value == sa.bindparam("wanted_value"),
)
_NEXT = (
    sa.select(identity.c.value)
    .where(_LIVES, identity.c.kind == sa.bindparam("wanted_kind"), identity.c.customer_id == sa.bindparam("owner"))
    .order_by(identity.c.id)
    .limit(1)
)
_REMOVE = sa.update(identity).where(identity.c.id == sa.bindparam("wanted_id")).values(removed_at=sa.bindparam("at"))


async def living(db: Db, one: Identity) -> Mapping[Any, Any] | None:
    """The row of an identity that somebody is recognised by; None when nobody is."""
    asked = {"wanted_kind": one.kind, "wanted_scope": one.scope, "wanted_value": one.value}
    return (await db.execute(_LIVING, asked)).mappings().one_or_none()


async def attach_if_free(
    db: Db, held: Held, one: Identity, *, by: Provenance, now: datetime, verified_at: datetime | None
) -> Mapping[Any, Any] | None:
    """Have a locked customer recognised by this; its row, or None when somebody is recognised by it already."""
    row = {"id": new_id(), "customer_id": held.id, "kind": one.kind, "scope": one.scope, "value": one.value}
    row |= {"source": by.source, "verified_at": verified_at, "added_at": now}
    row |= {"added_by_kind": by.kind, "added_by_id": by.id, "added_by_name": by.name}
    added: Mapping[Any, Any] | None = (await db.execute(_ATTACH, row)).mappings().one_or_none()
    if added is None:
        return None
    if one.kind in SHOWN and held[one.kind] is None:
        held.set(**{one.kind: one.value})
    held.step("customer.identity_added", {"identity_id": added["id"], "kind": one.kind, "value": one.value})
    return added


async def attach(
    db: Db, held: Held, one: Identity, *, by: Provenance, now: datetime, verified: bool = False, pointer: str
) -> tuple[Mapping[Any, Any], bool]:
    """As attach_if_free: the identity's row, and whether it is new; theirs already is answered as it stands.

    Raises IdentityTaken, which names the field by `pointer`.
    """
    added = await attach_if_free(db, held, one, by=by, now=now, verified_at=now if verified else None)
    if added is not None:
        return added, True
    there = await living(db, one)
    if there is None or there["customer_id"] != held.id:
        said = f"Another customer is recognised by this {one.kind}."
        error = FieldError(pointer=pointer, detail=said, code="identity_taken")
        raise IdentityTaken(said, errors=[error], customer_id=there["customer_id"] if there else None)
    return there, False


async def detach(db: Db, held: Held, row: Mapping[Any, Any], *, now: datetime) -> None:
    """Have a locked customer recognised by this no longer; of the kinds that are shown, the next one is shown then."""
    await db.execute(_REMOVE, {"wanted_id": row["id"], "at": now})
    kind, value = row["kind"], row["value"]
    if kind in SHOWN and held[kind] == value:
        held.set(**{kind: await next_shown(db, held.id, kind)})
    held.step("customer.identity_removed", {"identity_id": row["id"], "kind": kind, "value": value})


async def next_shown(db: Db, customer_id: UUID, kind: str) -> str | None:
    """The oldest identity of a kind that a customer has; None when there is none."""
    found = await db.execute(_NEXT, {"wanted_kind": kind, "owner": customer_id})
    value: str | None = found.scalar_one_or_none()
    return value
