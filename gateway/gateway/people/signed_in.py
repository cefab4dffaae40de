"""The permission of routes that are for everybody who is known."""

from typing import Any

from fastapi import Depends

from common.http.identity import Caller


class _SignedIn:
    """The rule that says: whoever is known may call this."""

    permission = "signed in"

    def __call__(self, _who: Caller) -> None:
        return None


signed_in: Any = Depends(_SignedIn())
"""The route may be called by everybody who is known, about themselves."""
