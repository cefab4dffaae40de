"""Making a customer known."""

from __future__ import annotations

from datetime import datetime

from common.db import Db
from common.http.problems import Conflict
from ticket_svc.customers.recognise import Details, recognise
from ticket_svc.customers.schemas import CustomerView, NewCustomer


class KnownOtherwise(Conflict):
    """The e-mail or phone belongs to a customer with another external_id."""


async def create_customer(db: Db, wanted: NewCustomer, *, now: datetime) -> tuple[CustomerView, bool]:
    """The customer, and whether it is new: one whose external_id, e-mail or phone is known is answered as it stands.

    Raises KnownOtherwise, CustomerChanging.
    """
    found = await recognise(db, Details(**wanted.model_dump()), now=now)
    if wanted.external_id and found.row.external_id != wanted.external_id:
        raise KnownOtherwise("The e-mail or phone belongs to another customer.", customer_id=found.row.id)
    return CustomerView.model_validate(found.row), found.created
