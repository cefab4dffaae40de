"""Where an identity came from: who brought it, and what speaks for it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol
from uuid import UUID

Source = Literal["self", "agent", "integration", "import", "channel"]
ActorKind = Literal["person", "key", "customer", "system"]

_KINDS: dict[str, ActorKind] = {"user": "person", "key": "key", "customer": "customer"}
_TELLS_ITSELF = frozenset({"web", "email", "chat", "wechat", "phone"})


class Somebody(Protocol):
    """Who calls, as far as it is kept."""

    @property
    def id(self) -> UUID:
        """Theirs."""

    @property
    def kind(self) -> str:
        """A user, a key or a customer."""

    @property
    def name(self) -> str:
        """What they are called."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who brought something, and what speaks for it."""

    source: Source
    kind: ActorKind
    id: UUID | None
    name: str


def source_of(kind: str, channel: str) -> Source:
    """What speaks for an identity: by whom (`user`, `key`, `customer`) and over which channel it was brought."""
    if kind == "customer":
        return "self"
    if channel == "import":
        return "import"
    if kind == "user":
        return "agent"
    return "channel" if channel in _TELLS_ITSELF else "integration"


def brought_by(who: Somebody, channel: str = "api") -> Provenance:
    """The provenance of what this caller brings."""
    return Provenance(source_of(who.kind, channel), _KINDS[who.kind], who.id, who.name)
