"""Changing an organisation."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common import outbox
from common.contracts.tickets import OrganisationUpdated
from common.db import Db
from common.http import etag
from common.http.problems import Conflict, FieldError
from ticket_svc.attributes.check import changed
from ticket_svc.attributes.read import must_fit
from ticket_svc.audit.note import note
from ticket_svc.organisations.own_domains import own_domains
from ticket_svc.organisations.read import NoSuchOrganisation, one_organisation, organisation_known_as
from ticket_svc.organisations.schemas import OrganisationChange, OrganisationView
from ticket_svc.organisations.tables import organisation


class OrganisationKnownOtherwise(Conflict):
    """Another organisation has this external_id."""


_LOCK = (
    sa.select(organisation.c.version)
    .where(organisation.c.id == sa.bindparam("wanted_id"))
    .with_for_update(key_share=True)
)
_CAN_BE_EMPTY = ("external_id", "notes")


async def update_organisation(
    db: Db, organisation_id: UUID, *, wanted: OrganisationChange, seen: int, now: datetime
) -> OrganisationView:
    """The organisation after the change, which says organisation.updated.

    Raises NoSuchOrganisation, StaleVersion, AttributesDoNotFit, DomainTaken, DomainIsPublic and
    OrganisationKnownOtherwise.
    """
    version = (await db.execute(_LOCK, {"wanted_id": organisation_id})).scalar_one_or_none()
    if version is None:
        raise NoSuchOrganisation(f"There is no organisation {organisation_id}.")
    etag.guard(version, seen)
    before = await one_organisation(db, organisation_id)
    values = await _values(db, before, wanted)
    if not values:
        return before
    if "domains" in values:
        await own_domains(db, organisation_id, values.pop("domains"))
    update = sa.update(organisation).where(organisation.c.id == organisation_id)
    await db.execute(update.values(**values, version=version + 1, updated_at=now))
    view = await one_organisation(db, organisation_id)
    event = OrganisationUpdated(organisation_id=view.id, name=view.name, tier=view.tier, external_id=view.external_id)
    await outbox.say(db, event, about=view.id, version=view.version, now=now)
    note(db, "organisation", view.id, before=before, after=view, now=now)
    return view


async def _values(db: Db, before: OrganisationView, wanted: OrganisationChange) -> dict[str, Any]:
    asked = wanted.model_dump(exclude_unset=True)
    asked = {name: value for name, value in asked.items() if value is not None or name in _CAN_BE_EMPTY}
    if asked.get("external_id"):
        await _must_be_free(db, asked["external_id"], before.id)
    if "attributes" in asked:
        await must_fit(db, "organisation", asked["attributes"])
        asked["attributes"] = changed(before.attributes, asked["attributes"])
    return {name: value for name, value in asked.items() if getattr(before, name) != value}


async def _must_be_free(db: Db, external_id: str, organisation_id: UUID) -> None:
    known = await organisation_known_as(db, external_id)
    if known and known.id != organisation_id:
        error = FieldError(pointer="/external_id", detail="Another organisation has it.", code="known_otherwise")
        raise OrganisationKnownOtherwise("/external_id: another organisation has it.", errors=[error])
