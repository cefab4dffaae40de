"""Following the tickets' own events: what was opened, said or renamed is found a moment later, at no cost to whoever
said it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from common.contracts.base import Heard
from common.db import Db
from ticket_svc.search.index import index_tickets


async def on_texts_changed(db: Db, heard: Sequence[Heard[Any]], now: datetime) -> None:  # noqa: ARG001 every listener is given the time
    """Index the tickets of these events (any with a `ticket_id`) as they are now, however often and in any order."""
    await index_tickets(db, [one.data.ticket_id for one in heard])
