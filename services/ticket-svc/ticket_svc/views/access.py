"""Who sees a view, and who changes it. Pure.

A view that is shared with a team is the team's: who leaves the team sees it no more, though it was they who made it.
"""

from __future__ import annotations

from uuid import UUID

SHARE = "views:share"
"""The permission to show a view to everyone or to any team, and to change one that is shown."""


def sees(who: UUID, *, owner: UUID, shared: str, is_member: bool = False, may_share: bool = False) -> bool:
    """Whether the view is theirs, everyone's, or their team's; or a team's for which they made it as may_share."""
    match shared:
        case "everyone":
            return True
        case "team":
            return is_member or (owner == who and may_share)
        case _:
            return owner == who


def changes(who: UUID, *, owner: UUID, shared: str, may_share: bool) -> bool:
    """Whether they, who see it, may change or remove it: their own, and what others see, too, if they may share."""
    return owner == who if shared == "private" else may_share or (shared == "team" and owner == who)


def may_become(wanted: str, *, may_share: bool, is_member: bool = False) -> bool:
    """Whether they may show it so: to everyone if they may share, to a team also if they are a member of it."""
    return wanted == "private" or may_share or (wanted == "team" and is_member)
