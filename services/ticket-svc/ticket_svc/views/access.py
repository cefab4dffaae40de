"""Who sees a view, and who changes it. Pure."""

from __future__ import annotations

from uuid import UUID

SHARE = "views:share"
"""The permission to show a view to everyone, and to change one that is shown."""


def sees(who: UUID, *, owner: UUID, shared: str) -> bool:
    """Whether the view is theirs, or everyone's."""
    return owner == who or shared == "everyone"


def changes(who: UUID, *, owner: UUID, shared: str, may_share: bool) -> bool:
    """Whether they may change or remove the view: their own, and what everyone sees if they may share."""
    return owner == who if shared == "private" else may_share


def may_become(wanted: str, *, may_share: bool) -> bool:
    """Whether they may make it `private` or show it to `everyone`."""
    return wanted == "private" or may_share
