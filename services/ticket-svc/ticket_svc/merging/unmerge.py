"""Undoing a merge, within a day: each ticket has again what was its own, and what was said since stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.contracts.tickets import TicketReleased, TicketUnmerged
from common.db import Db
from common.http.identity import Caller
from common.http.problems import Conflict
from common.timers import Timer, cancel_timers, set_timers
from ticket_svc.merging.along import send_back
from ticket_svc.merging.tables import ticket_merge
from ticket_svc.teams.read import windows_for
from ticket_svc.teams.windows import Windows
from ticket_svc.tickets import clocks, reopen, resolve
from ticket_svc.tickets.change import Change, begin_many
from ticket_svc.tickets.schemas import TicketView
from ticket_svc.tickets.snooze import WAKE_TIMER
from ticket_svc.tickets.tables import ticket
from ticket_svc.trail.write import doer

UNDO_WITHIN = timedelta(days=1)
_STAMPS = ("pended_at", "resolved_at", "snoozed_at", "snoozed_until")


class CannotUnmerge(Conflict):
    """The ticket is not merged, or too long, or what it was merged into was merged itself."""


_JOURNAL = sa.select(ticket_merge).where(
    ticket_merge.c.source_id == sa.bindparam("source"), ticket_merge.c.undone_at.is_(None)
)
_BACK = sa.text(
    """
    WITH moved AS (
      UPDATE message SET ticket_id = :source, is_public = kept.was_public FROM ticket_merge_message AS kept
      WHERE kept.merge_id = :merge AND message.id = kept.message_id AND message.ticket_id = :target
      RETURNING message.id, message.is_public),
    files AS (
      UPDATE attachment SET ticket_id = :source, is_public = moved.is_public FROM moved
      WHERE attachment.message_id = moved.id)
    SELECT id FROM moved
    """
).bindparams(*(sa.bindparam(name, type_=sa.Uuid) for name in ("target", "source", "merge")))
_UNDONE = (
    sa.update(ticket_merge)
    .where(ticket_merge.c.id == sa.bindparam("merge"), ticket_merge.c.undone_at.is_(None))
    .values(undone_at=sa.bindparam("now"))
    .returning(ticket_merge.c.id)
)
# This one is undone by now.
_LIVE = (
    sa.select(ticket.c.id)
    .join(ticket_merge, ticket_merge.c.source_id == ticket.c.id)
    .where(ticket_merge.c.target_id == sa.bindparam("target"), ticket_merge.c.undone_at.is_(None))
    .where(ticket.c.imported_at.is_(None))
    .limit(1)
)


async def unmerge_ticket(db: Db, who: Caller, *, ticket_id: UUID, now: datetime, standard: Windows) -> TicketView:
    """The ticket, as one of its own again. Raises CannotUnmerge."""
    entry = (await db.execute(_JOURNAL, {"source": ticket_id})).one_or_none()
    if entry is None:
        raise CannotUnmerge("This ticket is not merged into another.")
    if now - entry.made_at > UNDO_WITHIN:
        raise CannotUnmerge("A merge can be undone within a day.", merged_at=entry.made_at)
    found = await begin_many(db, [entry.source_id, entry.target_id])
    source, target = found[entry.source_id], found[entry.target_id]
    if target["merged_into_id"]:
        raise CannotUnmerge("Undo the later merge first.", merged_into=target["merged_into_id"])
    if (await db.execute(_UNDONE, {"merge": entry.id, "now": now})).one_or_none() is None:
        raise CannotUnmerge("This ticket is not merged into another.")
    moving = {"target": target.id, "source": source.id, "merge": entry.id}
    moved = len((await db.execute(_BACK, moving)).all())
    await send_back(db, source, target, entry.took, merge_id=entry.id)
    await _give_back(db, target, entry.target_before, source=source, moved=moved)
    await _restore(db, source, entry.source_before, now=now, standard=standard)
    await target.write(db, by=doer(who), now=now)
    return await source.write(db, by=doer(who), now=now)


async def _give_back(db: Db, target: Change, changed: dict[str, list[Any]], *, source: Change, moved: int) -> None:
    """Let the target have its own deadlines again, where nothing has changed them since."""
    if "imported_at" in changed:
        await _back_to_history(db, target, changed)
    else:
        for name, (before, after) in changed.items():
            if target[name] == _instant(after):
                target.set(**{name: _instant(before)})
    target.say(
        TicketReleased(ticket_id=target.id, released_id=source.id, released_number=source["number"], messages=moved),
        {"released_id": source.id, "released_number": source["number"], "messages": moved},
    )
    if target["status"] != "closed":
        await clocks.start_timers(db, target)


async def _back_to_history(db: Db, target: Change, changed: dict[str, list[Any]]) -> None:
    """Let it have no clocks again, unless another live ticket was merged into it: it is held to that one's."""
    others = (await db.execute(_LIVE, {"target": target.id})).first()
    if others is not None:
        return
    for name, (before, _) in changed.items():
        target.set(**{name: timedelta(seconds=before) if name.endswith("_stood") else _instant(before)})
    await cancel_timers(db, target.id, *clocks.KINDS.values())


async def _restore(db: Db, source: Change, before: dict[str, Any], *, now: datetime, standard: Windows) -> None:
    values = {name: _instant(value) if name in _STAMPS else value for name, value in before.items()}
    values["custom_status_id"] = UUID(before["custom_status_id"]) if before["custom_status_id"] else None
    source.set(**values, merged_into_id=None)
    source.say(TicketUnmerged(ticket_id=source.id, status=source["status"]), {"status": source["status"]})
    clocks.catch_up(source, now)
    await clocks.start_timers(db, source)
    if source["snoozed_until"]:
        await set_timers(db, [Timer(WAKE_TIMER, source.id, source["snoozed_until"])])
    if source["status"] == "resolved":
        windows = await windows_for(db, source["team_id"], standard)
        await set_timers(db, resolve.closing(source, windows, source["resolved_at"]))
        return
    await cancel_timers(db, source.id, *resolve.CLOSING)
    # For whoever gives out the work it is as if it had been reopened: it ended with the merge.
    source.say(reopen.reopened(source, now))


def _instant(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
