"""Reading the change feed on from a cursor."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from common.db import Db
from common.http.cursors import Cursors, Paging
from common.http.problems import Problem
from ticket_svc.changes.keep import BEGINS, is_too_old
from ticket_svc.changes.place import place
from ticket_svc.changes.schemas import ChangesView, ChangeView


class CursorTooOld(Problem):
    """What changed after the cursor is not kept any more: export everything, and go on with the export's cursor."""

    status, title = 410, "The cursor is too old"


@dataclass(frozen=True, slots=True)
class _Place:
    """How far somebody has read: all up to this position, and so all that changed up to this time."""

    position: int
    until: datetime


# One statement, so one snapshot: what has no row up to `head` is not coming any more.
_READ = sa.text(
    """
    SELECT head.*, page.* FROM (
      SELECT (SELECT max(position) FROM change) AS head,
        (SELECT min(changed_at) FROM change WHERE position IS NULL) AS waits_since) AS head
    LEFT JOIN LATERAL (
      SELECT * FROM change WHERE position > :position AND kind = ANY(:kinds) AND changed_at >= :begins
      ORDER BY position LIMIT :most) AS page ON TRUE
    ORDER BY page.position
    """
).bindparams(
    *(sa.bindparam(name, type_=sa.BigInteger) for name in ("position", "most")),
    sa.bindparam("kinds", type_=ARRAY(sa.Text)),
    sa.bindparam("begins", type_=sa.DateTime(timezone=True)),
)
_EVER = datetime(2000, 1, 1, tzinfo=UTC)


def cursor_kind(kinds: Collection[str]) -> str:
    """The name of the list that a cursor is good for."""
    return f"changes {','.join(sorted(kinds))}"


async def read_changes(db: Db, *, kinds: str, paging: Paging, now: datetime) -> ChangesView:
    """What changed after the cursor, each thing once with its latest change.

    Raises BadCursor (also for a cursor of other kinds), CursorTooOld.
    """
    wanted = sorted(set(kinds.split(",")))
    cursor = cursor_kind(wanted)
    given = paging.after(cursor)
    after = _read_so_far(given, now) if given else _Place(0, now)
    await place(db)
    values = {"position": after.position, "begins": _EVER if given else now - BEGINS, "kinds": wanted}
    rows = (await db.execute(_READ, {**values, "most": paging.limit + 1})).all()
    found = [row for row in rows if row.position is not None]
    shown, has_more = found[: paging.limit], len(found) > paging.limit
    reached = _Place(shown[-1].position, shown[-1].changed_at) if has_more else _end(rows[0], after, now)
    return ChangesView(
        items=[_view(row) for row in shown],
        next_cursor=paging.next(cursor, [reached.position, reached.until]),
        more=has_more or rows[0].waits_since is not None,
    )


_HEAD = sa.text(
    "SELECT (SELECT max(position) FROM change) AS head,"
    " (SELECT min(changed_at) FROM change WHERE position IS NULL) AS waits_since"
)


async def cursor_from_now(db: Db, kinds: Collection[str], cursors: Cursors, now: datetime) -> str:
    """The cursor after which the feed has all that is not yet committed now, and perhaps some that is."""
    ends = _end((await db.execute(_HEAD)).one(), _Place(0, now), now)
    return cursors.make(cursor_kind(kinds), [ends.position, ends.until])


def _read_so_far(given: list[Any], now: datetime) -> _Place:
    place = _Place(int(given[0]), datetime.fromisoformat(given[1]))
    if is_too_old(place.until, now):
        raise CursorTooOld(
            "The feed does not go back that far. Export everything (POST /v1/exports), and go on with its cursor."
        )
    return place


def _end(row: Any, after: _Place, now: datetime) -> _Place:
    """Where the feed ends: all that has a position was read, and what waits for one is as old as it is."""
    # The highest position may be lower than before: what changes again gives its position back.
    return _Place(max(row.head or 0, after.position), min(row.waits_since or now, now))


def _view(row: Any) -> ChangeView:
    return ChangeView(
        position=row.position,
        kind=row.kind,
        id=row.object_id,
        version=row.version,
        type=row.type,
        at=row.at,
        gone=row.gone,
        into=row.into_id,
    )
