"""Merging a customer into another: they are one person, and what either had is the survivor's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.contracts.tickets import CustomerMerged
from common.db import Db
from common.http.identity import Caller
from common.http.problems import Conflict, FieldError
from common.ids import new_id
from ticket_svc.customers.hold import Held, changing, hold_these, must_be_somebody
from ticket_svc.customers.identity import SHOWN
from ticket_svc.customers.provenance import Provenance, brought_by
from ticket_svc.customers.read import NoSuchCustomer, present_customer, view_of
from ticket_svc.customers.schemas import CustomerView
from ticket_svc.customers.update import change_tier
from ticket_svc.joining.keep import Taken, shown, takes, with_taken
from ticket_svc.joining.move import lock_tickets_of, move_identities_of, move_tickets
from ticket_svc.joining.schemas import Merge
from ticket_svc.joining.tables import customer_merge


class SamePerson(Conflict):
    """Nobody can be merged into themselves, nor into who was merged into them."""


class MergedElsewhere(Conflict):
    """The customer was merged into somebody else before: merge that one, or undo it first."""


_REMEMBER = sa.insert(customer_merge)


async def merge_customer(db: Db, who: Caller, *, customer_id: UUID, wanted: Merge, now: datetime) -> CustomerView:
    """Merge a customer into another; the survivor. Asked again, it answers the same and does nothing.

    Of two who ask for both directions at once the second is refused. Raises NoSuchCustomer, SamePerson,
    MergedElsewhere, CustomerChanging.
    """
    # Tickets before customers, as in every other operation; a reply that has one of them is waited for here.
    tickets = await lock_tickets_of(db, customer_id)
    survivor_id = await _survivor_of(db, wanted.into)
    held = await hold_these(db, customer_id, survivor_id)
    merged, survivor = _must_be_two(held, customer_id, survivor_id)
    for one in (merged, survivor):
        must_be_somebody(one.row)
    if merged.row["merged_into"] is not None:
        return view_of(await _merged_before(db, merged, survivor), who)
    if survivor.row["merged_into"] is not None:
        raise _circle(merged, survivor)
    tickets = await _all_tickets_of(db, customer_id, tickets)
    await _join(db, merged, survivor, tickets, reason=wanted.reason, by=brought_by(who), now=now)
    return view_of((await present_customer(db, survivor.id)), who)


async def _survivor_of(db: Db, customer_id: UUID) -> UUID:
    try:
        survivor_id: UUID = (await present_customer(db, customer_id))["id"]
    except NoSuchCustomer as error:
        error.errors.append(FieldError(pointer="/into", detail="No customer has this id.", code="no_such_customer"))
        raise
    return survivor_id


def _must_be_two(held: Mapping[UUID, Held], customer_id: UUID, survivor_id: UUID) -> tuple[Held, Held]:
    if customer_id not in held:
        raise NoSuchCustomer(f"There is no customer {customer_id}.")
    if customer_id == survivor_id:
        raise SamePerson("They are one person already.", merged_into=survivor_id)
    return held[customer_id], held[survivor_id]


async def _merged_before(db: Db, merged: Held, survivor: Held) -> Mapping[Any, Any]:
    present = await present_customer(db, merged.id)
    if present["id"] != survivor.id:
        said = f"This customer was merged into {present['id']}: merge that one, or undo it first."
        raise MergedElsewhere(said, merged_into=present["id"])
    return present


def _circle(merged: Held, survivor: Held) -> Conflict:
    """What is told when the survivor was merged itself, while we waited for its lock."""
    if survivor.row["merged_into"] == merged.id:
        return SamePerson("They were merged the other way round meanwhile.", merged_into=merged.id)
    return changing()


async def _all_tickets_of(db: Db, customer_id: UUID, known: list[UUID]) -> list[UUID]:
    """Lock what was opened until we had the customer: from then on nobody opens a ticket for them."""
    found = await lock_tickets_of(db, customer_id)
    while len(found) > len(known):
        known, found = found, await lock_tickets_of(db, customer_id)
    return found


async def _join(
    db: Db, merged: Held, survivor: Held, tickets: list[UUID], *, reason: str | None, by: Provenance, now: datetime
) -> None:
    step = {"merged_id": merged.id, "merged_name": merged["name"], "survivor_id": survivor.id, "tickets": len(tickets)}
    step["reason"] = reason
    taken = takes(survivor.row, merged.row)
    await move_tickets(db, tickets, to=survivor.id, what=CustomerMerged.TYPE, data=step, by=by, now=now)
    identities = await move_identities_of(db, merged.id, to=survivor.id)
    had = {kind: merged[kind] for kind in SHOWN}
    journal = {"id": new_id(), "merged_id": merged.id, "survivor_id": survivor.id, "merged_at": now}
    journal |= {"ticket_ids": tickets, "identity_ids": identities, "had": had, "took": _as_json(taken)}
    await db.execute(_REMEMBER, journal)
    await _leave(db, merged, survivor, tickets=len(tickets), by=by, now=now)
    survivor.set(**{kind: shown(survivor[kind], had[kind]) for kind in SHOWN})
    columns = with_taken(survivor.row, taken)
    change_tier(survivor, columns.pop("tier", survivor["tier"]), reason=reason, by=by, now=now)
    survivor.set(**columns)
    survivor.step(CustomerMerged.TYPE, step)
    await survivor.write(db, by=by, now=now)


async def _leave(db: Db, merged: Held, survivor: Held, *, tickets: int, by: Provenance, now: datetime) -> None:
    """Write the merged one first: what is unique among customers is nobody's before it is the survivor's."""
    merged.set(**dict.fromkeys(SHOWN), merged_into=survivor.id, merged_at=now)
    merged.say(
        CustomerMerged(
            customer_id=merged.id,
            survivor_id=survivor.id,
            survivor_name=survivor["name"],
            tickets=tickets,
            merged_at=now,
        )
    )
    await merged.write(db, by=by, now=now)


def _as_json(taken: Mapping[str, Taken]) -> dict[str, list[Any]]:
    return {name: [one.before, one.after] for name, one in taken.items()}
