"""Which service a path belongs to, and whether its caller must be known. Pure."""

from __future__ import annotations

from dataclasses import dataclass

_V1 = {
    "attributes": "ticket",
    "audit": "ticket",
    "customers": "ticket",
    "deletions": "ticket",
    "erasures": "ticket",
    "customer-exports": "ticket",
    "organisations": "ticket",
    "tickets": "ticket",
    "incidents": "ticket",
    "statuses": "ticket",
    "teams": "ticket",
    "ticket-types": "ticket",
    "fields": "ticket",
    "tags": "ticket",
    "views": "ticket",
    "rules": "ticket",
    "rule-runs": "ticket",
    "macros": "ticket",
    "attachments": "ticket",
    "ticket-search": "ticket",
    "changes": "ticket",
    "exports": "ticket",
    "agents": "routing",
    "skills": "routing",
    "work-items": "routing",
    "offers": "routing",
    "articles": "kb",
    "search": "kb",
    "suggestions": "kb",
    "surveys": "feedback",
    "recoveries": "feedback",
    "metrics": "feedback",
}

_OWN_OPEN = frozenset({"/v1/login", "/v1/demo-login", "/v1/logout", "/v1/status"})


@dataclass(frozen=True, slots=True)
class Way:
    """Where requests under a prefix go."""

    path: str
    """The prefix; metrics and log lines use it for a route's name."""
    service: str
    open: bool = False
    """Whether anybody may come: the links in it carry their own signature."""


_WAYS = {name: Way(f"/v1/{name}", service) for name, service in _V1.items()}
_LINKS = {
    "s": Way("/s", "feedback", open=True),
    "a": Way("/a", "ticket", open=True),
    "x": Way("/x", "ticket", open=True),
}


def is_presence(path: str) -> bool:
    """Whether a path is about who is at a ticket: that is the gateway's own, below a prefix that is a service's."""
    parts = path.split("/")
    return len(parts) == 5 and parts[1:3] == ["v1", "tickets"] and parts[4] == "presence"


def way_of(path: str) -> Way | None:
    """The way for a decoded path, or None when the gateway answers itself.

    A path with `.` or `..` segments has none: clients and servers resolve these differently, so a request could be
    checked as one thing and served as another.
    """
    parts = path.split("/")
    if len(parts) < 3 or "." in parts or ".." in parts or is_presence(path):
        return None
    return _WAYS.get(parts[2]) if parts[1] == "v1" else _LINKS.get(parts[1])


def asks_who(path: str) -> bool:
    """Whether a path that the gateway answers itself is for known callers only."""
    return path.startswith("/v1/") and path not in _OWN_OPEN


def services() -> list[str]:
    """The services that paths lead to, in the order of the main way."""
    return list(dict.fromkeys(_V1.values()))
