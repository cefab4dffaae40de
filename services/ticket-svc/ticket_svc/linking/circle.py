"""Whether a new link would make a ticket its own ancestor. A child has one parent, so a parent's way up is a line."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

DEEPEST = 10
"""Generations, from the child that is linked up to the first parent."""


def closes_circle(child: UUID, ancestors_of_parent: Iterable[UUID]) -> bool:
    """Whether the child stands among those above its new parent, or is that parent."""
    return child in set(ancestors_of_parent)
