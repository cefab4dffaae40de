"""Asking for a copy of a customer's data: who asked stands on their trail; what is read is what is there by then."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.db import Db, ReadDb
from common.http.identity import Caller
from common.http.problems import NotFound
from common.ids import new_id
from ticket_svc.customers.hold import hold
from ticket_svc.customers.provenance import brought_by
from ticket_svc.rights.person import ids_of
from ticket_svc.rights.schemas import ExportView, NewExport, Part
from ticket_svc.rights.tables import customer_export
from ticket_svc.trail.schemas import Actor

GOOD_FOR = timedelta(hours=24)
"""How long an export can be read; then it is asked for anew."""

RETENTION = timedelta(days=400)
"""How long it is known who asked for which; the customer's trail knows it for as long as there is one."""


class NoSuchExport(NotFound):
    """No export has this id, or it was asked for too long ago."""


_BEGIN = sa.insert(customer_export).returning(customer_export)
_BY_ID = sa.select(customer_export).where(customer_export.c.id == sa.bindparam("wanted_id"))


async def ask_export(db: Db, who: Caller, *, customer_id: UUID, wanted: NewExport, now: datetime) -> ExportView:
    """Let the whole person's data be read for a day. Raises NoSuchCustomer, CustomerChanging, CustomerErased."""
    held, by, export_id = await hold(db, customer_id), brought_by(who), new_id()
    row = {"id": export_id, "customer_id": held.id, "customer_ids": await ids_of(db, held.id), "notes": wanted.notes}
    row |= {"reason": wanted.reason, "by_kind": by.kind, "by_id": by.id, "by_name": by.name, "at": now}
    made = (await db.execute(_BEGIN, row)).one()
    held.step("customer.exported", {"export_id": export_id, "reason": wanted.reason, "notes": wanted.notes})
    await held.write(db, by=by, now=now)
    return _view(made)


async def export_of(db: ReadDb, export_id: UUID, *, now: datetime) -> Any:
    """The row of an export that can be read. Raises NoSuchExport."""
    row = (await db.execute(_BY_ID, {"wanted_id": export_id})).one_or_none()
    if row is None or now >= row.at + GOOD_FOR:
        raise NoSuchExport(f"There is no export {export_id} that can be read (any more).")
    return row


async def one_export(db: ReadDb, export_id: UUID, *, now: datetime) -> ExportView:
    """What an export is made of. Raises NoSuchExport."""
    return _view(await export_of(db, export_id, now=now))


def _view(row: Any) -> ExportView:
    return ExportView(
        **{name: getattr(row, name) for name in ("id", "customer_id", "customer_ids", "reason", "notes")},
        asked_by=Actor(kind=row.by_kind, id=row.by_id, name=row.by_name),
        asked_at=row.at,
        expires_at=row.at + GOOD_FOR,
        parts=_parts(row),
    )


def _parts(row: Any) -> list[Part]:
    """Where each service's share is read. The last two are asked for each ticket; a 404 says that nothing is held."""
    own = f"/v1/customer-exports/{row.id}"
    parts = [Part(name="person", path=f"{own}/person"), Part(name="tickets", path=f"{own}/tickets")]
    for customer_id in row.customer_ids:
        parts += [
            Part(name="surveys", path=f"/v1/surveys?customer_id={customer_id}"),
            Part(name="recoveries", path=f"/v1/recoveries?customer_id={customer_id}"),
        ]
    each = (("work", "/v1/work-items/{ticket_id}"), ("suggestions", "/v1/suggestions/{ticket_id}"))
    return [*parts, *(Part(name=name, path=path) for name, path in each)]
