"""Finding exports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.db import Db, ReadDb
from common.http.cursors import Page, Paging
from common.http.problems import Conflict, NotFound, Problem
from common.tokens import Expired, Forged
from ticket_svc.exports.link import Link, Links
from ticket_svc.exports.schemas import ExportedBy, ExportLink, ExportView
from ticket_svc.exports.state import state_of
from ticket_svc.exports.tables import export


class NoSuchExport(NotFound):
    """No export has this id."""


class NoFile(Conflict):
    """The export has no file: it is being written, or came to nothing; its state says which."""


class FileGone(Problem):
    """The link or the file was good for a while, and that is over."""

    status, title = 410, "The file is gone"


_PLAIN = ("id", "kinds", "since", "until", "masked", "cursor", "doing", "counts", "size", "reason")
_STAMPS = ("started_at", "ended_at", "expires_at")
_BY_ID = sa.select(export).where(export.c.id == sa.bindparam("wanted_id"))


def view_of(row: Mapping[Any, Any], now: datetime) -> ExportView:
    """The view of an export's row."""
    return ExportView.model_validate(
        {
            **{name: row[name] for name in (*_PLAIN, *_STAMPS)},
            "state": state_of(row["state"], expires_at=row["expires_at"], now=now),
            "by": ExportedBy(kind=row["by_kind"], id=row["by_id"], name=row["by_name"]),
        }
    )


async def one_export(db: ReadDb | Db, export_id: UUID, *, now: datetime) -> ExportView:
    """The export with this id. Raises NoSuchExport."""
    row = (await db.execute(_BY_ID, {"wanted_id": export_id})).mappings().one_or_none()
    if row is None:
        raise NoSuchExport(f"There is no export {export_id}.")
    return view_of(row, now)


async def list_exports(db: ReadDb, paging: Paging, *, now: datetime) -> Page[ExportView]:
    """Who exported what, newest first. Raises BadCursor."""
    query = sa.select(export).order_by(export.c.started_at.desc(), export.c.id.desc()).limit(paging.limit + 1)
    after = paging.after("exports")
    if after:
        place = (datetime.fromisoformat(after[0]), UUID(after[1]))
        query = query.where(sa.tuple_(export.c.started_at, export.c.id) < place)
    rows = (await db.execute(query)).mappings().all()
    last = rows[paging.limit - 1] if len(rows) > paging.limit else None
    return Page(
        items=[view_of(row, now) for row in rows[: paging.limit]],
        next_cursor=paging.next("exports", [last["started_at"], last["id"]]) if last else None,
    )


async def link_to(db: ReadDb, export_id: UUID, *, links: Links, now: datetime) -> ExportLink:
    """A link to the file that needs no login. Raises NoSuchExport, NoFile, FileGone."""
    must_have_file(await one_export(db, export_id, now=now))
    url, expires_at = links.url(export_id, now=now)
    return ExportLink(url=url, expires_at=expires_at)


async def behind_link(db: ReadDb, link: Link, *, now: datetime) -> ExportView:
    """The export that a link is for. Raises NoSuchExport, NoFile, FileGone."""
    view = await one_export(db, link.export_id, now=now)
    must_have_file(view)
    return view


def must_have_file(view: ExportView) -> None:
    """Raise NoFile or FileGone when there is nothing to fetch."""
    if view.state == "expired":
        raise FileGone("Export again: the file was kept for a week.")
    if view.state != "done":
        raise NoFile(f"This export is {view.state}.", state=view.state)


def read_link(links: Links, token: str, now: datetime) -> Link:
    """What a link says. Raises NoSuchExport for one that is not ours, FileGone."""
    try:
        return links.read(token, now=now)
    except Forged as error:
        raise NoSuchExport("This is no link of ours.") from error
    except Expired as error:
        raise FileGone("Ask for another link.") from error
