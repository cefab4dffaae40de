"""Erasing who a person is: names, addresses, attributes, what their trails say; in ticket-svc's customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from common.db import Db
from ticket_svc.customers.hold import Held, changing, hold_these
from ticket_svc.customers.provenance import Provenance
from ticket_svc.customers.read import present_customer
from ticket_svc.customers.tables import customer_event, identity
from ticket_svc.joining.tables import customer_merge
from ticket_svc.rights.messages import ERASED
from ticket_svc.rights.tables import customer_export
from ticket_svc.writing.hide import HIDDEN

_IDS = sa.bindparam("ids", type_=ARRAY(sa.Uuid))
_PERSON = sa.text(
    """
    WITH RECURSIVE person AS (
      SELECT CAST(:survivor AS uuid) AS id
      UNION SELECT customer.id FROM person JOIN customer ON customer.merged_into = person.id)
    SELECT id FROM person ORDER BY id
    """
).bindparams(sa.bindparam("survivor", type_=sa.Uuid))
_IDENTITIES = sa.delete(identity).where(identity.c.customer_id == sa.any_(_IDS)).returning(identity.c.id)
_KNOWN_BY = sa.select(identity.c.value).where(identity.c.customer_id == sa.any_(_IDS))
_TRAIL = (
    sa.update(customer_event)
    .where(customer_event.c.customer_id == sa.any_(_IDS))
    .values(
        data={},
        actor_name=sa.case((customer_event.c.actor_kind == "customer", HIDDEN), else_=customer_event.c.actor_name),
    )
)
# Somebody they were merged with once, and parted from again, is told of them on a trail that is not theirs.
_ELSEWHERE = sa.text(
    """
    UPDATE customer_event SET data = data - CAST('{merged_name,survivor_name,reason}' AS text[])
    WHERE type IN ('customer.merged', 'customer.unmerged')
      AND (CAST(data->>'merged_id' AS uuid) = ANY(:ids) OR CAST(data->>'survivor_id' AS uuid) = ANY(:ids))
    """
).bindparams(_IDS)
_EXPORTS = sa.update(customer_export).where(customer_export.c.customer_id == sa.any_(_IDS)).values(reason=HIDDEN)
_JOURNAL = sa.delete(customer_merge).where(
    sa.or_(customer_merge.c.merged_id == sa.any_(_IDS), customer_merge.c.survivor_id == sa.any_(_IDS))
)


async def ids_of(db: Db, survivor: UUID) -> list[UUID]:
    """A customer and all who were merged into them."""
    return list((await db.execute(_PERSON, {"survivor": survivor})).scalars())


async def hold_person(db: Db, customer_id: UUID) -> dict[UUID, Held]:
    """Lock a customer and all who were merged into them, the survivor first. Raises NoSuchCustomer, CustomerChanging.

    Of a merged one: the whole person. While they are held nobody is merged into them.
    """
    survivor = (await present_customer(db, customer_id))["id"]
    ids = await ids_of(db, survivor)
    held = await hold_these(db, *ids)
    after = await ids_of(db, survivor)
    if after != ids or held[survivor].row["merged_into"] is not None:
        raise changing()
    return {survivor: held.pop(survivor), **held}


async def names_of(db: Db, person: Mapping[UUID, Held]) -> list[str]:
    """What the person is called and reached by."""
    values = list((await db.execute(_KNOWN_BY, {"ids": list(person)})).scalars())
    return [*(held["name"] for held in person.values()), *values]


async def erase_person(
    db: Db, person: Mapping[UUID, Held], *, erasure_id: UUID, by: Provenance, now: datetime
) -> tuple[dict[str, int], Sequence[UUID]]:
    """Make nobody of them; how many rows of which kind, and the ids of what they were recognised by."""
    ids = {"ids": list(person)}
    identities = list((await db.execute(_IDENTITIES, ids)).scalars())
    await db.execute(_TRAIL, ids)
    await db.execute(_ELSEWHERE, ids)
    await db.execute(_JOURNAL, ids)
    await db.execute(_EXPORTS, ids)
    for held in person.values():
        held.set(**_nobody(held), erased_at=now)
        held.step("customer.erased", {"erasure_id": erasure_id})
        await held.write(db, by=by, now=now)
    return {"customers": len(person), "identities": len(identities)}, identities


def _nobody(held: Held) -> dict[str, Any]:
    empty = dict.fromkeys(("email", "phone", "external_id", "organisation_id", "tier_reason"))
    return {**empty, "name": ERASED[held["language"]], "attributes": {}}
