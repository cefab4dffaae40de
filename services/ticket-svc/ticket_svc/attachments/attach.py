"""Giving uploaded files to a message, in the message's own transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from common.db import Db
from common.http.identity import Caller
from common.http.problems import FieldError, Invalid
from ticket_svc.attachments.schemas import Attached
from ticket_svc.attachments.tables import attachment


class NoSuchAttachment(Invalid):
    """The caller has uploaded no such file, or a message has it already, or it waited too long."""


_TAKE = (
    sa.update(attachment)
    .where(
        attachment.c.id == sa.any_(sa.bindparam("wanted_ids", type_=ARRAY(sa.Uuid))),
        attachment.c.uploaded_by == sa.bindparam("by"),
        attachment.c.waits_since.is_not(None),
    )
    .values(
        waits_since=sa.null(),
        ticket_id=sa.bindparam("of_ticket"),
        message_id=sa.bindparam("of_message"),
        is_public=sa.bindparam("public"),
    )
    .returning(attachment.c.id, attachment.c.file_name, attachment.c.media_type, attachment.c.size)
)


@dataclass(frozen=True, slots=True)
class Recipient:
    """The message that gets files."""

    ticket_id: UUID
    message_id: UUID
    is_public: bool


async def attach(db: Db, who: Caller, ids: Sequence[UUID], to: Recipient) -> list[dict[str, Any]]:
    """Let the message, which exists by now, have the files; they as the message shows them, in the given order.

    Raises NoSuchAttachment, which names the places.
    """
    if not ids:
        return []
    values = {"of_ticket": to.ticket_id, "of_message": to.message_id, "public": to.is_public}
    rows = (await db.execute(_TAKE, {"wanted_ids": list(ids), "by": who.id, **values})).all()
    taken = {row.id: Attached.model_validate(row).model_dump(mode="json") for row in rows}
    missing = [place for place, one in enumerate(ids) if one not in taken]
    if missing:
        raise NoSuchAttachment(
            "You have uploaded no such file, or it has its message already.",
            errors=[_unknown(place) for place in missing],
        )
    return [taken[one] for one in dict.fromkeys(ids)]


def _unknown(place: int) -> FieldError:
    return FieldError(
        pointer=f"/attachment_ids/{place}", detail="No file of yours waits under this id.", code="no_such_attachment"
    )
