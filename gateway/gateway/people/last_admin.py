"""Whether a change takes an admin away. Pure."""

from collections.abc import Mapping
from typing import Any


def leaves_no_admin(role: str, active: bool, changes: Mapping[str, Any]) -> bool:
    """Whether somebody who is an active admin would be none after `changes`."""
    if role != "admin" or not active:
        return False
    return changes.get("role", role) != "admin" or not changes.get("active", active)
