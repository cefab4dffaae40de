"""In whose voice a caller may write. Pure.

A bot that writes as an agent would answer the response clock, which is a person's to answer; so programs that write by
themselves say so, and a person never passes for one.
"""

from __future__ import annotations

from typing import Literal

from ticket_svc.sla.running import Author

PROGRAMS = frozenset({"assistant", "rule"})
"""The voices of programs."""


def may_speak(author: Author, *, kind: Literal["user", "key", "customer"], may_automate: bool) -> bool:
    """Whether a caller may write as `author`: as a program only a key that may automate, as a person whoever may write.

    A key writes as an agent where people work in another system and it carries what they wrote.
    """
    return author not in PROGRAMS or (kind == "key" and may_automate)
