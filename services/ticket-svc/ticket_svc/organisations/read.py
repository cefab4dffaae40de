"""Finding organisations."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by

from common.db import Db, ReadDb
from common.http.cursors import Page, Paging
from common.http.problems import Invalid, NotFound, invalid
from ticket_svc.organisations.domains import domain_key
from ticket_svc.organisations.schemas import OrganisationView
from ticket_svc.organisations.tables import organisation, organisation_domain


class NoSuchOrganisation(NotFound):
    """No organisation has this id."""


_DOMAINS = (
    sa.select(sa.func.array_agg(aggregate_order_by(organisation_domain.c.domain, organisation_domain.c.domain)))
    .where(organisation_domain.c.organisation_id == organisation.c.id)
    .scalar_subquery()
    .label("domains")
)
_SHOWN = sa.select(organisation, _DOMAINS)
_BY_ID = _SHOWN.where(organisation.c.id == sa.bindparam("wanted_id"))
_BY_EXTERNAL_ID = _SHOWN.where(organisation.c.external_id == sa.bindparam("wanted_id"))
_EXISTS = sa.select(sa.literal(1)).where(organisation.c.id == sa.bindparam("wanted_id"))


def _view(row: sa.RowMapping) -> OrganisationView:
    plain = dict(row)
    return OrganisationView.of(plain, plain.pop("domains") or [])


async def one_organisation(db: ReadDb | Db, organisation_id: UUID) -> OrganisationView:
    """The organisation with this id. Raises NoSuchOrganisation."""
    row = (await db.execute(_BY_ID, {"wanted_id": organisation_id})).mappings().one_or_none()
    if row is None:
        raise NoSuchOrganisation(f"There is no organisation {organisation_id}.")
    return _view(row)


async def organisation_known_as(db: Db, external_id: str) -> OrganisationView | None:
    """The organisation that another system knows by this id; None when there is none."""
    row = (await db.execute(_BY_EXTERNAL_ID, {"wanted_id": external_id})).mappings().one_or_none()
    return _view(row) if row else None


async def must_exist(db: Db, organisation_id: UUID | None) -> None:
    """Refuse a customer of an organisation that there is not. Raises Invalid, which names the field."""
    if organisation_id and (await db.execute(_EXISTS, {"wanted_id": organisation_id})).first() is None:
        raise _unknown()


def _unknown() -> Invalid:
    return invalid("/organisation_id", "No organisation has this id.", "no_such_organisation")


async def list_organisations(
    db: ReadDb, *, external_id: str | None, domain: str | None, paging: Paging
) -> Page[OrganisationView]:
    """Organisations, newest first. Raises BadCursor."""
    query = _SHOWN.order_by(organisation.c.created_at.desc(), organisation.c.id.desc()).limit(paging.limit + 1)
    if external_id:
        query = query.where(organisation.c.external_id == external_id)
    if domain:
        having = sa.select(organisation_domain.c.organisation_id).where(
            organisation_domain.c.domain == domain_key(domain)
        )
        query = query.where(organisation.c.id.in_(having))
    after = paging.after("organisations")
    if after:
        position = (datetime.fromisoformat(after[0]), UUID(after[1]))
        query = query.where(sa.tuple_(organisation.c.created_at, organisation.c.id) < position)
    rows = (await db.execute(query)).mappings().all()
    last = rows[paging.limit - 1] if len(rows) > paging.limit else None
    return Page(
        items=[_view(row) for row in rows[: paging.limit]],
        next_cursor=paging.next("organisations", [last["created_at"], last["id"]]) if last else None,
    )
