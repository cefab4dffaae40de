"""Refusing a message in a voice that is not the caller's."""

from __future__ import annotations

from common.http.identity import Caller
from common.http.problems import FieldError, Problem
from ticket_svc.sla.running import Author
from ticket_svc.tickets.voice import may_speak


class NotYourVoice(Problem):
    """Only a program with an API key, and with the permission, may write as one."""

    status, title = 403, "Not in this voice"


def guard_voice(who: Caller, author: Author) -> None:
    """Raise NotYourVoice unless the caller may write as `author`."""
    if may_speak(author, kind=who.kind, may_automate=who.can("tickets:automate")):
        return
    error = FieldError(pointer="/author", detail="For programs with a key and tickets:automate.", code="not_your_voice")
    raise NotYourVoice(f"You may not write as {author}.", errors=[error], permission="tickets:automate")
