"""Making an organisation known."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from common import outbox
from common.contracts.tickets import OrganisationCreated
from common.db import Db
from common.http.problems import Conflict
from common.ids import new_id
from ticket_svc.attributes.check import changed
from ticket_svc.attributes.read import must_fit
from ticket_svc.audit.note import note
from ticket_svc.organisations.own_domains import own_domains
from ticket_svc.organisations.read import organisation_known_as
from ticket_svc.organisations.schemas import NewOrganisation, OrganisationView
from ticket_svc.organisations.tables import organisation


class BeingMade(Conflict):
    """An organisation with this external_id is being made by another request; ask again."""


_MAKE: Any = insert(organisation).on_conflict_do_nothing(index_elements=["external_id"]).returning(organisation.c.id)


async def create_organisation(db: Db, wanted: NewOrganisation, *, now: datetime) -> tuple[OrganisationView, bool]:
    """The organisation, and whether it is new: a known external_id answers the one that has it, as it stands.

    Raises AttributesDoNotFit, DomainTaken, DomainIsPublic, BeingMade.
    """
    known = await organisation_known_as(db, wanted.external_id) if wanted.external_id else None
    if known:
        return known, False
    await must_fit(db, "organisation", wanted.attributes)
    row: dict[str, Any] = wanted.model_dump(exclude={"domains", "attributes"})
    row |= {"attributes": changed({}, wanted.attributes), "version": 1, "created_at": now, "updated_at": now}
    row["id"] = new_id()
    if (await db.execute(_MAKE, row)).first() is None:
        # Whoever was quicker has committed by now: what they made is the answer.
        known = await organisation_known_as(db, wanted.external_id) if wanted.external_id else None
        if known:
            return known, False
        raise BeingMade("Another request is making this organisation; ask again.", headers={"Retry-After": "1"})
    view = OrganisationView.of(row, await own_domains(db, row["id"], wanted.domains))
    event = OrganisationCreated(organisation_id=view.id, name=view.name, tier=view.tier, external_id=view.external_id)
    await outbox.say(db, event, about=view.id, version=1, now=now)
    note(db, "organisation", view.id, after=view, now=now)
    return view, True
