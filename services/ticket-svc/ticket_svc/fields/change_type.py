"""Changing how a ticket type is called, where it stands in the list, and whether it is used."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from common.db import Db
from common.http import etag
from ticket_svc.audit.note import note
from ticket_svc.fields.definitions import DEFAULT_TYPE, Fault
from ticket_svc.fields.edition import begin_edition
from ticket_svc.fields.fill_in import refuse
from ticket_svc.fields.read import one_type
from ticket_svc.fields.schemas import TypeChange, TypeView
from ticket_svc.fields.tables import ticket_type


async def change_type(db: Db, key: str, *, wanted: TypeChange, seen: int, now: datetime) -> TypeView:
    """The ticket type after the change. Raises NoSuchType, StaleVersion, Invalid (the default type stays active)."""
    await begin_edition(db)
    before = await one_type(db, key)
    etag.guard(before.version, seen)
    asked = wanted.model_dump(exclude_none=True)
    if key == DEFAULT_TYPE and asked.get("active") is False:
        refuse([Fault("/active", "Tickets that name no type have this one: it stays active.", "default_type")])
    change = sa.update(ticket_type).where(ticket_type.c.key == key)
    await db.execute(change.values(**asked, version=before.version + 1, updated_at=now))
    after = await one_type(db, key)
    note(db, "ticket_type", key, before=before, after=after, now=now)
    return after
