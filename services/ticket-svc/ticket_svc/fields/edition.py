"""Beginning a change of the definitions: one at a time, and every process learns that there was one."""

from __future__ import annotations

import sqlalchemy as sa

from common.db import Db
from common.ids import new_id
from ticket_svc.fields.definitions import Definitions
from ticket_svc.fields.known import read_definitions
from ticket_svc.fields.tables import field_edition

_NEXT = sa.update(field_edition).values(edition=sa.bindparam("next_edition", type_=sa.Uuid))


async def begin_edition(db: Db) -> None:
    """Make a new edition. Its row is locked until the commit, so what was counted after this is still so then."""
    await db.execute(_NEXT, {"next_edition": new_id()})


async def present_definitions(db: Db) -> Definitions:
    """The definitions as they are in this transaction, for a change that is judged by them.

    They are not held: the edition was made already, and what belongs to it is only about to be written.
    """
    return await read_definitions(db)
