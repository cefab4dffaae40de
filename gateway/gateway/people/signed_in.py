"""The permission of routes that are for everybody who is known."""

from typing import Any

from fastapi import Depends

from common.http.identity import Caller, Who


class _SignedIn:
    """The dependency that says: whoever is known may call this."""

    permission = "signed in"

    async def __call__(self, who: Who) -> Caller:
        return who


signed_in: Any = Depends(_SignedIn())
"""The route may be called by everybody who is known, about themselves."""
