"""Choosing the custom status that a change of status is to stand in."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from common.db import Db
from common.http.problems import FieldError, Problem
from ticket_svc.statuses.tables import custom_status
from ticket_svc.tickets.change import Change


class StatusDoesNotFit(Problem):
    """The custom status is unknown, retired, or of another category than the ticket is in."""

    status, title = 422, "Not valid"


_BY_ID = sa.select(custom_status).where(custom_status.c.id == sa.bindparam("wanted_id"))


async def choose_status(db: Db, change: Change, custom_status_id: UUID | None) -> None:
    """Let the ticket, whose category stands already, stand in this custom status; None: in the category as such.

    Raises StatusDoesNotFit.
    """
    if custom_status_id is None:
        change.set(custom_status_id=None, custom_status_zh=None, custom_status_en=None)
        return
    row = (await db.execute(_BY_ID, {"wanted_id": custom_status_id})).one_or_none()
    if row is None:
        raise _refused("No custom status has this id.", "no_such_status")
    if not row.active:
        raise _refused("This custom status is retired.", "status_retired")
    if row.category != change["status"]:
        raise _refused(f"This custom status is one of {row.category}, the ticket is {change['status']}.", "category")
    change.set(custom_status_id=row.id, custom_status_zh=row.name_zh, custom_status_en=row.name_en)


def _refused(detail: str, code: str) -> StatusDoesNotFit:
    return StatusDoesNotFit(detail, errors=[FieldError(pointer="/custom_status_id", detail=detail, code=code)])
