"""Who may write a message anew. Pure.

What a customer wrote stays what they wrote, and what Kefu entered is a record: neither is ever edited. Whatever must
not be read any more is redacted instead.
"""

from __future__ import annotations

from typing import Literal

from ticket_svc.sla.running import Author


def may_edit(author: Author | Literal["system"], *, is_author: bool, edits_others: bool) -> bool:
    """Whether somebody may edit a message of `author`: their own, or as one who may edit what others wrote."""
    return author not in ("customer", "system") and (is_author or edits_others)
