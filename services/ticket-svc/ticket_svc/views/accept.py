"""Whether a view may be kept as it is wanted."""

from __future__ import annotations

from typing import Any

from common.db import Db
from common.http.identity import Caller
from common.http.problems import Problem
from ticket_svc.conditions.check import check
from ticket_svc.fields.fill_in import refuse
from ticket_svc.fields.known import load
from ticket_svc.views.access import SHARE, may_become
from ticket_svc.views.columns import column_faults
from ticket_svc.views.schemas import ViewWanted


class MayNotShare(Problem):
    """What everyone sees is for those to change who have the permission."""

    status, title = 403, "Not allowed"

    def __init__(self) -> None:
        super().__init__(f"This needs the permission {SHARE}.", permission=SHARE)


async def accept_view(db: Db, who: Caller, wanted: ViewWanted) -> dict[str, Any]:
    """The columns of the view's row. Raises Invalid (conditions, columns), MayNotShare."""
    if not may_become(wanted.shared, may_share=who.can(SHARE)):
        raise MayNotShare
    definitions = await load(db)
    refuse([*check(wanted.conditions, definitions).faults, *column_faults(wanted.columns, definitions)])
    return wanted.model_dump()
