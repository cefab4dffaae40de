"""Whom the request at work shows its answer to, for what is shown of people: known where an answer is put together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol
from uuid import UUID


class Asker(Protocol):
    """A caller, as far as it matters who they are and what they may see."""

    @property
    def id(self) -> UUID:
        """Theirs."""

    @property
    def kind(self) -> str:
        """A user, a key or a customer."""

    @property
    def name(self) -> str:
        """What they are called."""

    def can(self, permission: str) -> bool:
        """Whether they have the permission."""


_ASKING: ContextVar[Asker | None] = ContextVar("asking", default=None)


@contextmanager
def asked_by(who: Asker | None) -> Iterator[None]:
    """What is shown in this block is shown to `who`."""
    token = _ASKING.set(who)
    try:
        yield
    finally:
        _ASKING.reset(token)


def asking() -> Asker | None:
    """Who is asking; None outside of a request, and where anybody may ask."""
    return _ASKING.get()
