"""Tagging a ticket: adding and taking away, so that two who do it at once both have their way."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from common.contracts.tickets import TicketTagged
from common.db import Db
from common.http.identity import Caller
from common.http.problems import invalid
from ticket_svc.tags.schemas import TagChange
from ticket_svc.tickets.change import begin
from ticket_svc.tickets.schemas import TicketView
from ticket_svc.tickets.tag_names import remember_names
from ticket_svc.tickets.tags import MOST_TAGS, with_and_without
from ticket_svc.trail.write import doer


async def tag_ticket(
    db: Db, who: Caller, *, ticket_id: UUID, wanted: TagChange, seen: int | None, now: datetime
) -> TicketView:
    """The ticket with these tags added and removed, in any status: a closed one may be sorted in later.

    Raises NoSuchTicket, StaleVersion, Invalid (too many).
    """
    change = await begin(db, ticket_id, seen=seen)
    before = change["tags"]
    tags = with_and_without(before, add=wanted.add, remove=wanted.remove)
    if len(tags) > MOST_TAGS:
        raise invalid("/add", f"A ticket has {MOST_TAGS} tags at most.", "too_many")
    if tags == before:
        return change.view(now)
    added, removed = sorted(set(tags) - set(before)), sorted(set(before) - set(tags))
    change.set(tags=tags)
    event = TicketTagged(ticket_id=change.id, added=added, removed=removed, tags=tags)
    change.say(event, {"tags": {"from": before, "to": tags}, "added": added, "removed": removed})
    remember_names(db, added)
    return await change.write(db, by=doer(who), now=now)
