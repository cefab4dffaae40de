"""System entries: what Kefu itself has to say among the messages of a ticket, in the ticket's language."""

from __future__ import annotations

from datetime import datetime

from common.db import Db
from ticket_svc.tickets.change import Change
from ticket_svc.tickets.message import Written, write_message
from ticket_svc.tickets.messages import ENTRIES, Entry
from ticket_svc.tickets.schemas import MessageView

NAME = "Kefu"


async def enter(db: Db, change: Change, entry: Entry, *, now: datetime, **words: str) -> MessageView:
    """Add an entry that colleagues see; `words` fill its places. It answers no clock, and says no event:
    it stands beside a change that does.
    """
    text = ENTRIES[change["language"]][entry].format(**words)
    written = Written(author_kind="system", author_id=None, author_name=NAME, text=text, at=now, is_public=False)
    return await write_message(db, change.id, written)
