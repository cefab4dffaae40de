"""Undoing a merge: the customer stands alone again, with exactly what came from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.contracts.tickets import CustomerUnmerged
from common.db import Db
from common.http.identity import Caller
from common.http.problems import Conflict, FieldError, Invalid
from ticket_svc.customers.attach import living, next_shown
from ticket_svc.customers.hold import Held, changing, hold_these
from ticket_svc.customers.identity import SHOWN, Identity
from ticket_svc.customers.provenance import Provenance, brought_by
from ticket_svc.customers.read import one_customer
from ticket_svc.customers.schemas import CustomerView
from ticket_svc.customers.update import change_tier
from ticket_svc.joining.keep import RETENTION, Taken, given_back
from ticket_svc.joining.move import lock_tickets, move_identities, move_tickets
from ticket_svc.joining.schemas import Unmerge
from ticket_svc.joining.tables import customer_merge


class NotMerged(Conflict):
    """The customer stands alone already."""


class MergeForgotten(Conflict):
    """The merge was too long ago: what moved is no longer known."""


class SurvivorMerged(Conflict):
    """The survivor was merged itself since: that is to be undone first."""


class NotTheSurvivors(Invalid):
    """Tickets that the survivor does not have cannot be given to who leaves them; `errors` names each."""


_STANDING = sa.select(customer_merge).where(
    customer_merge.c.merged_id == sa.bindparam("wanted_id"), customer_merge.c.undone_at.is_(None)
)
_UNDO = (
    sa.update(customer_merge)
    .where(customer_merge.c.id == sa.bindparam("wanted_id"), customer_merge.c.undone_at.is_(None))
    .values(undone_at=sa.bindparam("at"))
    .returning(customer_merge.c.id)
)


async def unmerge_customer(db: Db, who: Caller, *, customer_id: UUID, wanted: Unmerge, now: datetime) -> CustomerView:
    """Undo the customer's merge; the customer. What the survivor got since stays with them, unless it is named.

    Raises NoSuchCustomer, NotMerged, MergeForgotten, SurvivorMerged, NotTheSurvivors, CustomerChanging.
    """
    journal = await _journal(db, who, customer_id, now)
    owners = await lock_tickets(db, [*journal["ticket_ids"], *wanted.tickets])
    held = await hold_these(db, customer_id, journal["survivor_id"])
    merged, survivor = held[customer_id], held[journal["survivor_id"]]
    if survivor.row["merged_into"] is not None:
        said = f"{survivor.id} was merged into {survivor.row['merged_into']} since: undo that first."
        raise SurvivorMerged(said, customer_id=survivor.id)
    if (await db.execute(_UNDO, {"wanted_id": journal["id"], "at": now})).first() is None:
        raise changing()
    tickets = _theirs(journal, wanted.tickets, owners)
    await _part(db, merged, survivor, journal, tickets, reason=wanted.reason, by=brought_by(who), now=now)
    return await one_customer(db, customer_id, who=who)


async def _journal(db: Db, who: Caller, customer_id: UUID, now: datetime) -> Mapping[Any, Any]:
    journal = (await db.execute(_STANDING, {"wanted_id": customer_id})).mappings().one_or_none()
    if journal is not None and now - journal["merged_at"] <= RETENTION:
        return journal
    present = await one_customer(db, customer_id, who=who)
    if present.merged_into is None:
        raise NotMerged("This customer was not merged into another.")
    raise MergeForgotten(f"A merge can be undone for {RETENTION.days} days.", merged_into=present.merged_into)


def _theirs(journal: Mapping[Any, Any], named: Sequence[UUID], owners: Mapping[UUID, UUID]) -> list[UUID]:
    survivor_id = journal["survivor_id"]
    wrong = [place for place, ticket_id in enumerate(named) if owners.get(ticket_id) != survivor_id]
    if wrong:
        said = "The survivor has no such ticket."
        errors = [FieldError(pointer=f"/tickets/{place}", detail=said, code="not_the_survivors") for place in wrong]
        raise NotTheSurvivors(f"{errors[0].pointer}: {said}", errors=errors)
    moved = [ticket_id for ticket_id in journal["ticket_ids"] if owners.get(ticket_id) == survivor_id]
    return list(dict.fromkeys([*moved, *named]))


async def _part(
    db: Db,
    merged: Held,
    survivor: Held,
    journal: Mapping[Any, Any],
    tickets: list[UUID],
    *,
    reason: str | None,
    by: Provenance,
    now: datetime,
) -> None:
    event = CustomerUnmerged(customer_id=merged.id, survivor_id=survivor.id, tickets=len(tickets), unmerged_at=now)
    step = {"merged_id": merged.id, "merged_name": merged["name"], "survivor_id": survivor.id, "tickets": len(tickets)}
    step["reason"] = reason
    await move_tickets(db, tickets, to=merged.id, what=event.TYPE, data=step, by=by, now=now)
    await move_identities(db, journal["identity_ids"], of=survivor.id, to=merged.id)
    columns = given_back(survivor.row, _taken(journal["took"]))
    change_tier(survivor, columns.pop("tier", survivor["tier"]), reason=reason, by=by, now=now)
    survivor.set(**columns, **await _shown(db, survivor.id, survivor.row))
    survivor.step(event.TYPE, step)
    # The survivor first: what is unique among customers is nobody's before it is the other one's again.
    await survivor.write(db, by=by, now=now)
    merged.set(merged_into=None, merged_at=None, **await _shown(db, merged.id, journal["had"]))
    merged.say(event, step)
    await merged.write(db, by=by, now=now)


def _taken(written: Mapping[str, list[Any]]) -> dict[str, Taken]:
    taken = {name: Taken(*pair) for name, pair in written.items()}
    if "organisation_id" in taken:
        taken["organisation_id"] = Taken(None, UUID(taken["organisation_id"].after))
    return taken


async def _shown(db: Db, customer_id: UUID, before: Mapping[Any, Any]) -> dict[str, str | None]:
    """Of each kind what was shown before, as far as it is theirs now, and else the next one they have."""
    found: dict[str, str | None] = {}
    for kind in SHOWN:
        value = before[kind]
        row = await living(db, Identity(kind, value)) if value else None
        is_theirs = row is not None and row["customer_id"] == customer_id
        found[kind] = value if is_theirs else await next_shown(db, customer_id, kind)
    return found
