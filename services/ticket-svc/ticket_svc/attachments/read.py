"""Finding attachments: for those who may, and for whoever holds a link."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.db import ReadDb
from common.http.identity import Caller
from common.http.problems import NotFound, Problem
from common.tokens import Expired, Forged
from ticket_svc.attachments.link import Link, Links, expiry
from ticket_svc.attachments.schemas import AttachmentView, LinkView
from ticket_svc.attachments.tables import attachment


class NoAttachment(NotFound):
    """There is no such attachment, or the caller may not know of it."""


class LinkExpired(Problem):
    """The link was good for a while, and that is over: ask for another one."""

    status, title = 410, "The link has expired"


_BY_ID = sa.select(attachment).where(attachment.c.id == sa.bindparam("wanted_id"))


async def one_attachment(db: ReadDb, who: Caller, attachment_id: UUID) -> AttachmentView:
    """What is known of a file. Raises NoAttachment, also when it is another's that has no message yet."""
    return AttachmentView.model_validate(await _for(db, who, attachment_id))


async def link_to(
    db: ReadDb, who: Caller, *, attachment_id: UUID, links: Links, is_shown: bool, now: datetime
) -> LinkView:
    """A link to the file. Raises NoAttachment."""
    row = await _for(db, who, attachment_id)
    link = Link(row.id, is_shown and row.may_be_shown, expiry(now))
    return LinkView(url=links.url(link), expires_at=link.expires_at)


async def behind_link(db: ReadDb, link: Link) -> Any:
    """The row of the file that a link is for. Raises NoAttachment when it is gone: withdrawn, or never attached."""
    row = (await db.execute(_BY_ID, {"wanted_id": link.attachment_id})).one_or_none()
    if row is None:
        raise NoAttachment("This file is not there any more.")
    return row


def read_link(links: Links, token: str, now: datetime) -> Link:
    """What a link says. Raises NoAttachment for one that is not ours, LinkExpired."""
    try:
        return links.read(token, now=now)
    except Forged as error:
        raise NoAttachment("This is no link of ours.") from error
    except Expired as error:
        raise LinkExpired("Ask for the file again.") from error


async def _for(db: ReadDb, who: Caller, attachment_id: UUID) -> Any:
    row = (await db.execute(_BY_ID, {"wanted_id": attachment_id})).one_or_none()
    if row is None or not _may_read(who, row):
        raise NoAttachment(f"There is no attachment {attachment_id}.")
    return row


def _may_read(who: Caller, row: Any) -> bool:
    if row.message_id is None:
        return bool(row.uploaded_by == who.id)
    return bool(row.is_public) or who.is_staff
