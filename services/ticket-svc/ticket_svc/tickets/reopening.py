"""What a customer's reply does to a ticket: goes on with it, leaves it, or opens a follow-up."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ticket_svc.teams.windows import Windows
from ticket_svc.tickets.status import Status
from ticket_svc.tickets.thanks import Said

Effect = Literal["go_on", "stay", "follow_up"]


def effect_of_reply(
    status: Status, said: Said | None, *, resolved_at: datetime | None, windows: Windows, now: datetime
) -> Effect:
    """What the reply does: `go_on` reopens or resumes what rested, `stay` only records it.

    Where we wait for an answer, "好的" may be one, so there only plain thanks change nothing. A ticket that is over
    takes no new question: a reply to a closed one, or after the window, is a follow-up.
    """
    if windows.thanks_stay and _changes_nothing(status, said):
        return "stay"
    if status == "closed":
        return "follow_up"
    if status == "resolved" and resolved_at is not None and not windows.may_reopen(resolved_at, now):
        return "follow_up"
    return "go_on"


def _changes_nothing(status: Status, said: Said | None) -> bool:
    return said == "thanks" or (said == "acknowledgement" and status in ("resolved", "closed"))
