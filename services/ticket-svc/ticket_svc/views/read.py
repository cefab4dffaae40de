"""Finding views: those that somebody sees, and whether what they name is still there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.db import Db, ReadDb
from common.http.cursors import Page, Paging
from common.http.identity import Caller
from common.http.problems import FieldError, NotFound
from ticket_svc.conditions.check import check
from ticket_svc.conditions.model import Condition
from ticket_svc.fields.definitions import Definitions, Fault
from ticket_svc.fields.known import EDITION, at_edition
from ticket_svc.teams.tables import member
from ticket_svc.views.access import SHARE, sees
from ticket_svc.views.columns import column_faults
from ticket_svc.views.schemas import ViewView
from ticket_svc.views.tables import ticket_view


class NoSuchView(NotFound):
    """No view of yours, and none that is shared, has this id."""


@dataclass(frozen=True, slots=True)
class Found:
    """A view's row, its condition (None when it names what is not there), and what is wrong with it."""

    row: Mapping[Any, Any]
    condition: Condition | None
    problems: list[FieldError]

    def view(self) -> ViewView:
        """The view as people see it."""
        return ViewView(**self.row, problems=self.problems)


_IS_MEMBER = sa.exists().where(
    member.c.team_id == ticket_view.c.team_id, member.c.colleague_id == sa.bindparam("viewer_id")
)
_VIEWS = sa.select(ticket_view, EDITION)
_VIEW = _VIEWS.add_columns(_IS_MEMBER.label("is_member")).where(ticket_view.c.id == sa.bindparam("wanted_id"))
_LOCK = _VIEW.with_for_update(of=ticket_view)
# As access.py says. Each part by an index of its own.
_IS_THEIRS = ticket_view.c.owner_id == sa.bindparam("viewer_id")
VISIBLE = sa.or_(
    sa.and_(_IS_THEIRS, sa.or_(ticket_view.c.shared == "private", sa.bindparam("may_share", type_=sa.Boolean))),
    ticket_view.c.shared == "everyone",
    ticket_view.c.team_id.in_(
        sa.select(member.c.team_id).where(member.c.colleague_id == sa.bindparam("viewer_id")).scalar_subquery()
    ),
)
_VISIBLE = _VIEWS.where(VISIBLE).order_by(ticket_view.c.name, ticket_view.c.id)


async def one_view(db: ReadDb | Db, who: Caller, view_id: UUID, *, lock: bool = False) -> Found:
    """A view that `who` sees. Raises NoSuchView."""
    asked = {"wanted_id": view_id, "viewer_id": who.id}
    row = (await db.execute(_LOCK if lock else _VIEW, asked)).mappings().one_or_none()
    if row is None or not _sees(who, row):
        raise NoSuchView(f"There is no view {view_id}.")
    return found(row, await at_edition(db, row["field_edition"]))


async def list_views(db: ReadDb, who: Caller, paging: Paging) -> Page[ViewView]:
    """The views that `who` sees, by name. Raises BadCursor."""
    query = _VISIBLE.limit(paging.limit + 1)
    after = paging.after("views")
    if after:
        query = query.where(sa.tuple_(ticket_view.c.name, ticket_view.c.id) > (after[0], UUID(after[1])))
    rows = (await db.execute(query, viewer(who))).mappings().all()
    last = rows[paging.limit - 1] if len(rows) > paging.limit else None
    return Page(
        items=[one.view() for one in await judged(db, rows[: paging.limit])],
        next_cursor=paging.next("views", [last["name"], last["id"]]) if last else None,
    )


def viewer(who: Caller) -> dict[str, Any]:
    """What VISIBLE asks for."""
    return {"viewer_id": who.id, "may_share": who.can(SHARE)}


def _sees(who: Caller, row: Mapping[Any, Any]) -> bool:
    told = {"is_member": row["is_member"], "may_share": who.can(SHARE)}
    return sees(who.id, owner=row["owner_id"], shared=row["shared"], **told)


async def judged(db: ReadDb, rows: Any) -> list[Found]:
    """These rows with their conditions, by the definitions of the edition that was read with them."""
    return [found(row, await at_edition(db, row["field_edition"])) for row in rows]


def found(row: Mapping[Any, Any], definitions: Definitions) -> Found:
    """A view's row, judged by these definitions."""
    checked = check(row["conditions"], definitions)
    faults = [*checked.faults, *column_faults(row["columns"], definitions)]
    return Found(row, checked.condition, [_error(one) for one in faults])


def _error(fault: Fault) -> FieldError:
    return FieldError(pointer=fault.pointer, detail=fault.detail, code=fault.code)
