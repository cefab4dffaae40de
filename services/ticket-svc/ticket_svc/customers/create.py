"""Making a customer known."""

from __future__ import annotations

from datetime import datetime

from common.db import Db
from common.http.identity import Caller
from common.http.problems import Conflict
from ticket_svc.attributes.check import changed
from ticket_svc.attributes.read import must_fit
from ticket_svc.customers.provenance import brought_by
from ticket_svc.customers.read import view_of
from ticket_svc.customers.recognise import Details, Recognised, recognise
from ticket_svc.customers.schemas import CustomerView, NewCustomer
from ticket_svc.organisations.read import must_exist


class KnownOtherwise(Conflict):
    """What the customer is recognised by belongs to one with another external_id."""


async def create_customer(db: Db, who: Caller, *, wanted: NewCustomer, now: datetime) -> tuple[CustomerView, bool]:
    """The customer, and whether it is new: one who is recognised by what was told is answered as they stand.

    Raises AttributesDoNotFit, Invalid (no such organisation), KnownOtherwise, CustomerChanging.
    """
    await must_fit(db, "customer", wanted.attributes)
    await must_exist(db, wanted.organisation_id)
    found = await recognise(db, _details(wanted), by=brought_by(who), now=now)
    if _is_known_otherwise(found, wanted.external_id):
        raise KnownOtherwise("This belongs to a customer with another external_id.", customer_id=found.row["id"])
    return view_of(found.row, who), found.created


def _details(wanted: NewCustomer) -> Details:
    return Details(
        **wanted.told(),
        name=wanted.name,
        tier=wanted.tier,
        language=wanted.language,
        organisation_id=wanted.organisation_id,
        attributes=changed({}, wanted.attributes),
    )


def _is_known_otherwise(found: Recognised, external_id: str | None) -> bool:
    # After a merge a customer may have several; then it is enough that this is one of them.
    return bool(external_id) and "external_id" not in found.known_by
