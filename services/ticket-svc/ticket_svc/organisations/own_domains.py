"""Giving an organisation its mail domains: each belongs to one organisation, and those of public providers to none."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from common.db import Db
from common.http.problems import Conflict, FieldError, Invalid
from ticket_svc.organisations.domains import domain_key, public_ones
from ticket_svc.organisations.tables import organisation_domain


class DomainTaken(Conflict):
    """Another organisation has the domain."""


class DomainIsPublic(Invalid):
    """Anybody may have an address there: it says nothing of where a customer belongs."""


_LET_GO = sa.delete(organisation_domain).where(
    organisation_domain.c.organisation_id == sa.bindparam("owner"),
    organisation_domain.c.domain.not_in(sa.bindparam("kept", expanding=True)),
)
_TAKE = sa.text(
    """
    INSERT INTO organisation_domain (domain, organisation_id)
    SELECT domain, :owner FROM unnest(:domains) AS given(domain) ORDER BY domain
    ON CONFLICT (domain) DO NOTHING
    """
).bindparams(sa.bindparam("owner", type_=sa.Uuid), sa.bindparam("domains", type_=ARRAY(sa.Text)))
_OWNED = sa.select(organisation_domain).where(
    organisation_domain.c.domain.in_(sa.bindparam("wanted_domains", expanding=True))
)


async def own_domains(db: Db, organisation_id: UUID, domains: Sequence[str]) -> list[str]:
    """Let the organisation have these domains and no others; them in one spelling.

    Raises DomainTaken, DomainIsPublic.
    """
    public = public_ones(domains)
    if public:
        said = "Anybody may have an address at this domain."
        errors = [FieldError(pointer=f"/domains/{place}", detail=said, code="public_domain") for place in public]
        raise DomainIsPublic(f"{errors[0].pointer}: {said}", errors=errors)
    keys = sorted({domain_key(domain) for domain in domains})
    await db.execute(_LET_GO, {"owner": organisation_id, "kept": keys})
    if keys:
        await db.execute(_TAKE, {"owner": organisation_id, "domains": keys})
        await _must_own(db, organisation_id, keys, domains)
    return keys


async def _must_own(db: Db, organisation_id: UUID, keys: list[str], domains: Sequence[str]) -> None:
    owners = {row.domain: row.organisation_id for row in await db.execute(_OWNED, {"wanted_domains": keys})}
    taken = [place for place, domain in enumerate(domains) if owners.get(domain_key(domain)) != organisation_id]
    if taken:
        said = "Another organisation has this domain."
        errors = [FieldError(pointer=f"/domains/{place}", detail=said, code="domain_taken") for place in taken]
        owner = owners.get(domain_key(domains[taken[0]]))
        raise DomainTaken(f"{errors[0].pointer}: {said}", errors=errors, organisation_id=owner)
