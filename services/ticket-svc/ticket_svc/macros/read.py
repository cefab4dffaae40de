"""Finding macros: one's own and those that everyone has, with how often they are used."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.db import Db, ReadDb
from common.http.cursors import Page, Paging
from common.http.identity import Caller
from common.http.problems import NotFound
from ticket_svc.macros.schemas import MacroView
from ticket_svc.macros.stale import with_problems
from ticket_svc.macros.tables import macro, macro_use
from ticket_svc.views.access import sees

COUNTED = timedelta(days=30)
"""Uses that are counted."""


class NoSuchMacro(NotFound):
    """No macro of yours, and none that is everyone's, has this id."""


_SINCE = sa.bindparam("since", type_=sa.Date)
_OF_IT = macro_use.c.macro_id == macro.c.id
_USES = sa.select(sa.func.coalesce(sa.func.sum(macro_use.c.uses), 0)).where(_OF_IT, macro_use.c.day > _SINCE)
_LAST = sa.select(sa.func.max(macro_use.c.last_at)).where(_OF_IT)
_MACROS = sa.select(
    macro,
    sa.cast(_USES.scalar_subquery(), sa.BigInteger).label("uses"),
    _LAST.scalar_subquery().label("last_used_at"),
)
_ONE = _MACROS.where(macro.c.id == sa.bindparam("wanted_id"))
_LOCK = _ONE.with_for_update(of=macro)
# Whoever uses it holds it as it is until that is done, beside others who use it.
_HOLD = _ONE.with_for_update(of=macro, read=True, key_share=True)
_VISIBLE = sa.or_(macro.c.owner_id == sa.bindparam("viewer_id"), macro.c.shared == "everyone")
_PLACE = (sa.func.coalesce(macro.c.category, ""), macro.c.position, macro.c.name, macro.c.id)


def view_of(row: Mapping[Any, Any]) -> MacroView:
    """A macro's row as people see it."""
    return MacroView.model_validate(dict(row))


async def one_macro(
    db: ReadDb | Db, who: Caller, macro_id: UUID, *, now: datetime, lock: bool = False, hold: bool = False
) -> MacroView:
    """A macro that `who` sees; locked to change it, or held to use it. Raises NoSuchMacro."""
    query = _LOCK if lock else _HOLD if hold else _ONE
    asked = {"wanted_id": macro_id, "since": (now - COUNTED).date()}
    row = (await db.execute(query, asked)).mappings().one_or_none()
    if row is None or not sees(who.id, owner=row["owner_id"], shared=row["shared"]):
        raise NoSuchMacro(f"There is no macro {macro_id}.")
    if lock or hold:
        return view_of(row)
    return (await with_problems(db, [view_of(row)]))[0]


async def list_macros(
    db: ReadDb, who: Caller, paging: Paging, *, name: str | None, inactive: bool, now: datetime
) -> Page[MacroView]:
    """The macros that `who` sees, as a menu has them: by category, position, name. Raises BadCursor."""
    query = _MACROS.where(_VISIBLE).order_by(*_PLACE).limit(paging.limit + 1)
    if not inactive:
        query = query.where(macro.c.active)
    if name:
        # Not LIKE: what is looked for has no wildcards.
        query = query.where(sa.func.strpos(sa.func.lower(macro.c.name), sa.func.lower(name)) > 0)
    after = paging.after("macros")
    if after:
        category, position, last_name, last_id = after
        query = query.where(sa.tuple_(*_PLACE) > (category, position, last_name, UUID(last_id)))
    rows = (await db.execute(query, {"viewer_id": who.id, "since": (now - COUNTED).date()})).mappings().all()
    last = rows[paging.limit - 1] if len(rows) > paging.limit else None
    place = [last["category"] or "", last["position"], last["name"], last["id"]] if last else None
    return Page(
        items=await with_problems(db, [view_of(row) for row in rows[: paging.limit]]),
        next_cursor=paging.next("macros", place) if place else None,
    )
