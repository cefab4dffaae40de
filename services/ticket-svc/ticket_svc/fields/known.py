"""The definitions as this process knows them, and how it learns of a change: by the edition that stands with them.

Nothing is asked beforehand: what was decided by an edition is written only while that edition is the present one (the
INSERT of a ticket compares it; a change reads it with the row that it locks). So no process goes on with what another
one has changed, and no request pays a statement for it. See docs/decisions/0022-fields.md.
"""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from common.db import Db, ReadDb
from ticket_svc.fields.definitions import AS_INSTALLED, Definitions, definitions_from
from ticket_svc.fields.tables import field_edition

EDITION = sa.select(field_edition.c.edition).scalar_subquery().label("field_edition")
"""The present edition, to be read along with a row."""

_HELD = [AS_INSTALLED]
# One statement, so one snapshot: the edition is that of what stands beside it.
_LOAD = sa.text(
    """
    SELECT edition,
      (SELECT coalesce(jsonb_agg(to_jsonb(t)), '[]') FROM ticket_type t) AS types,
      (SELECT coalesce(jsonb_agg(to_jsonb(f)), '[]') FROM field f) AS fields,
      (SELECT coalesce(jsonb_agg(to_jsonb(f)), '[]') FROM form_field f) AS forms
    FROM field_edition
    """
)


def held() -> Definitions:
    """The definitions that this process read last; they may have changed since."""
    return _HELD[0]


async def at_edition(db: Db | ReadDb, edition: UUID) -> Definitions:
    """The definitions of the edition that was just read; no statement when they are held."""
    return held() if held().edition == edition else await load(db)


async def load(db: Db | ReadDb) -> Definitions:
    """The present definitions, which are held from now on. Not for a transaction that changes them."""
    _HELD[0] = await read_definitions(db)
    return _HELD[0]


async def read_definitions(db: Db | ReadDb) -> Definitions:
    """The present definitions."""
    row = (await db.execute(_LOAD)).one()
    return definitions_from(UUID(str(row.edition)), types=row.types, fields=row.fields, forms=row.forms)
