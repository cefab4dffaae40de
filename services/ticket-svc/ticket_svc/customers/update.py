"""Changing what is known of a customer."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from common.contracts.tickets import CustomerTierChanged
from common.db import Db
from common.http import etag
from common.http.identity import Caller
from common.http.problems import Problem
from ticket_svc.attributes.check import changed
from ticket_svc.attributes.read import must_fit
from ticket_svc.customers.attach import attach, detach, living
from ticket_svc.customers.hold import Held, hold
from ticket_svc.customers.identity import SHOWN, identity
from ticket_svc.customers.provenance import Provenance, brought_by
from ticket_svc.customers.read import view_of
from ticket_svc.customers.schemas import CustomerChange, CustomerView
from ticket_svc.organisations.read import must_exist


class MergedMeanwhile(Problem):
    """The customer was merged into another: read that one, its version is what a change is based on."""

    status, title = 412, "It was merged into another customer"

    def __init__(self, survivor_id: UUID, current: int) -> None:
        super().__init__(
            f"What was this customer's belongs to {survivor_id} now.", merged_into=survivor_id, current_version=current
        )


_CAN_BE_EMPTY = (*SHOWN, "organisation_id")


async def update_customer(
    db: Db, who: Caller, *, customer_id: UUID, wanted: CustomerChange, seen: int, now: datetime
) -> CustomerView:
    """The customer after the change, which says customer.updated (and customer.tier_changed).

    Raises NoSuchCustomer, StaleVersion, MergedMeanwhile, IdentityTaken, AttributesDoNotFit, Invalid, CustomerChanging.
    """
    held, by = await hold(db, customer_id), brought_by(who)
    if held.id != customer_id:
        raise MergedMeanwhile(held.id, held.row["version"])
    etag.guard(held.row["version"], seen)
    asked = wanted.model_dump(exclude_unset=True, exclude={"tier_reason"})
    asked = {name: value for name, value in asked.items() if value is not None or name in _CAN_BE_EMPTY}
    for kind in SHOWN:
        if kind in asked:
            await _show(db, held, kind, asked.pop(kind), by=by, now=now)
    if "tier" in asked:
        change_tier(held, asked.pop("tier"), reason=wanted.tier_reason, by=by, now=now)
    await must_exist(db, asked.get("organisation_id"))
    if "attributes" in asked:
        await must_fit(db, "customer", asked["attributes"])
        asked["attributes"] = changed(held["attributes"], asked["attributes"])
    _change_plain(held, asked)
    return view_of(await held.write(db, by=by, now=now), who)


def _change_plain(held: Held, asked: dict[str, Any]) -> None:
    before = {name: held[name] for name, value in asked.items() if value != held[name]}
    if before:
        held.set(**{name: asked[name] for name in before})
        held.step("customer.updated", {name: {"from": old, "to": asked[name]} for name, old in before.items()})


def change_tier(held: Held, tier: str, *, reason: str | None, by: Provenance, now: datetime) -> None:
    """Give a locked customer another tier, and say who did it and why; the tier they have already changes nothing."""
    before = held["tier"]
    if tier == before:
        return
    held.set(tier=tier, tier_set_at=now, tier_set_by=by.name, tier_reason=reason)
    event = CustomerTierChanged(
        customer_id=held.id, before=before, after=tier, reason=reason, by_name=by.name, changed_at=now
    )
    held.say(event, {"from": before, "to": tier, "reason": reason})


async def _show(db: Db, held: Held, kind: str, value: str | None, *, by: Provenance, now: datetime) -> None:
    """Let this be the customer's e-mail (phone, external_id) in place of the one that is shown, which is removed."""
    present = held[kind]
    one = identity(kind, value) if value else None
    if (one.value if one else None) == present:
        return
    if present:
        old = await living(db, identity(kind, present))
        if old is not None:
            await detach(db, held, old, now=now)
    if one:
        await attach(db, held, one, by=by, now=now, pointer=f"/{kind}")
        held.set(**{kind: one.value})
