"""A condition that was checked: groups of terms, each about one property of a ticket. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Shape = Literal[
    "word", "person", "tags", "moment", "flag", "text", "number", "date", "choice", "choices", "path", "phrase"
]
"""What kind of value a property has; it decides which operators there are."""
Operator = Literal[
    "is",
    "is_not",
    "in",
    "not_in",
    "is_empty",
    "is_not_empty",
    "has_any",
    "has_all",
    "has_none",
    "before",
    "after",
    "on",
    "contains",
    "not_contains",
    "contains_any",
    "contains_none",
    "at_least",
    "at_most",
    "under",
    "not_under",
]

ME: Literal["me"] = "me"
"""Stands for whoever asks."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A property of a ticket that can be asked about."""

    name: str
    shape: Shape
    words: frozenset[str] | None = None
    """The only words there are; None where any may be."""
    can_be_empty: bool = False
    key: str | None = None
    """Of the custom field, where it is one."""


@dataclass(frozen=True, slots=True)
class Term:
    """One question about one property; `value` has the form that its operator and shape ask for (see `check.py`)."""

    subject: Subject
    operator: Operator
    value: Any = None


@dataclass(frozen=True, slots=True)
class Group:
    """Parts of which every one must hold, or any."""

    every: bool
    parts: tuple[Group | Term, ...]


Condition = Group
"""A whole condition is a group."""
