"""Asking for an erasure: who the person is goes at once; what they said goes after it, some tickets at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from common.db import Db
from common.http import etag
from common.http.identity import Caller
from common.http.problems import Conflict, FieldError, Invalid
from common.ids import new_id
from common.timers import Timer, set_timers
from ticket_svc.customers.hold import Held
from ticket_svc.customers.provenance import brought_by
from ticket_svc.customers.update import MergedMeanwhile
from ticket_svc.rights.person import erase_person, hold_person, names_of
from ticket_svc.rights.read import Keeps, one_erasure
from ticket_svc.rights.schemas import ErasureView, NewErasure
from ticket_svc.rights.tables import erasure, legal_hold
from ticket_svc.tickets.tables import ticket
from ticket_svc.writing.hide import hide, places_of

ERASE_TIMER = "customer.erase"


class AlreadyErased(Conflict):
    """The customer was erased before; `erasure_id` says where the receipt is."""


class OnHold(Conflict):
    """There is a legal hold on the customer's data."""


class OpenTickets(Conflict):
    """Tickets of the customer are not over, and it was not said that they shall be closed."""


_IDS = sa.bindparam("ids", type_=ARRAY(sa.Uuid))
_HOLD = sa.select(legal_hold.c.customer_id).where(legal_hold.c.customer_id == sa.any_(_IDS)).limit(1)
_OPEN = sa.select(sa.func.count()).where(
    ticket.c.customer_id == sa.any_(_IDS), ticket.c.status.not_in(("resolved", "closed"))
)
_ERASURE_OF = sa.select(erasure.c.id).where(erasure.c.customer_id == sa.bindparam("of"))
_BEGIN = sa.insert(erasure)


async def ask_erasure(
    db: Db, who: Caller, *, customer_id: UUID, wanted: NewErasure, seen: int, keeps: Keeps, now: datetime
) -> ErasureView:
    """Begin it; the receipt so far. From now on nobody is recognised as this customer.

    Raises NoSuchCustomer, CustomerChanging, MergedMeanwhile, StaleVersion, Invalid, AlreadyErased, OnHold, OpenTickets.
    """
    person = await hold_person(db, customer_id)
    survivor = next(iter(person.values()))
    if survivor.id != customer_id:
        raise MergedMeanwhile(survivor.id, survivor.row["version"])
    await _guard(db, person, survivor, wanted, seen)
    names, erasure_id = await names_of(db, person), new_id()
    counts, identities = await erase_person(db, person, erasure_id=erasure_id, by=brought_by(who), now=now)
    by = brought_by(who)
    row = {"id": erasure_id, "customer_id": customer_id, "customer_ids": list(person), "state": "running"}
    row |= {"reason": _without(wanted.reason, names), "asked_at": now, "counts": counts}
    await db.execute(_BEGIN, {**row, "asked_by_kind": by.kind, "asked_by_id": by.id, "asked_by_name": by.name})
    await set_timers(db, [Timer(ERASE_TIMER, erasure_id, now, {"identities": [str(one) for one in identities]})])
    return await one_erasure(db, erasure_id, keeps=keeps)


async def _guard(db: Db, person: Mapping[UUID, Held], survivor: Held, wanted: NewErasure, seen: int) -> None:
    if survivor.row["erased_at"] is not None:
        earlier = (await db.execute(_ERASURE_OF, {"of": survivor.id})).scalar_one()
        raise AlreadyErased("This customer was erased before.", erasure_id=earlier)
    etag.guard(survivor.row["version"], seen)
    if wanted.confirm != survivor.id:
        said = "This is not the customer's id."
        raise Invalid(said, errors=[FieldError(pointer="/confirm", detail=said, code="not_confirmed")])
    ids = {"ids": list(person)}
    if (await db.execute(_HOLD, ids)).first() is not None:
        raise OnHold("There is a legal hold on this customer's data.")
    open_tickets = (await db.execute(_OPEN, ids)).scalar_one()
    if open_tickets and not wanted.close_open:
        raise OpenTickets("Tickets are not over; say close_open if they shall be closed.", open_tickets=open_tickets)


def _without(reason: str, names: Sequence[str]) -> str:
    """The reason stays for ever, so it must not name whom it is about."""
    for name in sorted({name for name in names if len(name) > 1}, key=len, reverse=True):
        reason = hide(reason, places_of(name))
    return reason
