"""What a new key may be given: never more than whoever makes it may do themselves. Pure."""

from collections.abc import Callable, Collection

from common.http.permissions import ROLES

ALL = "*"


def beyond(can: Callable[[str], bool], *, role: str, scopes: Collection[str]) -> list[str]:
    """The permissions that a key of `role` and `scopes` would have and its maker has not, sorted; `can` is theirs."""
    given = ROLES[role] if ALL in scopes else ROLES[role] & set(scopes)
    return sorted(permission for permission in given if not can(permission))


def without_effect(*, role: str, scopes: Collection[str]) -> list[str]:
    """The scopes that a key of `role` could never use, sorted: asking for them is a mistake."""
    return sorted(scope for scope in scopes if scope != ALL and scope not in ROLES[role])
