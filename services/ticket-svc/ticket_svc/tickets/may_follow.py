"""Who may be mentioned in a ticket, and follow it. Pure.

There is no ticket yet that only some may read: whoever may read tickets may read each.
"""

from __future__ import annotations

from common.http.permissions import allows


def may_follow(*, role: str | None, is_active: bool, is_agent: bool) -> bool:
    """Whether somebody may: a colleague of a role that reads tickets and who can still log in.

    Somebody whom the gateway has not told of (`role` is None) may if routing gives them work.
    """
    return is_agent if role is None else is_active and allows(role, "tickets:read")
