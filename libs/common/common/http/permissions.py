"""What each role may do. A permission is written beside the route that needs it, as `needs("tickets:write")`."""

from __future__ import annotations

_READS = {
    "tickets:read",
    "customers:read",
    "agents:read",
    "work:read",
    "articles:read",
    "surveys:read",
    "recoveries:read",
    "events:read",
}
_AGENT = _READS | {
    "tickets:write",
    "customers:write",
    "customers:personal",
    "customers:merge",
    "work:take",
    "presence:write",
    "articles:write",
    "recoveries:write",
}
_SUPERVISOR = _AGENT | {
    "agents:write",
    "attributes:write",
    "work:manage",
    "articles:publish",
    "surveys:write",
    "users:read",
    # Teams, custom statuses; what tickets are asked for; which views everyone is shown.
    "tickets:configure",
    "fields:write",
    "views:share",
    # Who changed any of it.
    "audit:read",
    # What others wrote: change it, and make something in it unreadable for good.
    "messages:edit",
    "messages:redact",
}
_ADMIN = _SUPERVISOR | {"users:write", "keys:write", "tickets:automate", "customers:erase", "customers:export"}

ROLES: dict[str, frozenset[str]] = {
    "admin": frozenset(_ADMIN),
    "supervisor": frozenset(_SUPERVISOR),
    "agent": frozenset(_AGENT),
    # A colleague of another department: reads along, and answers through tasks (later). Without customers:personal
    # they see masked what a customer can be reached by.
    "light_agent": frozenset({"tickets:read", "customers:read", "articles:read"}),
    "customer": frozenset({"articles:read"}),
    # A CRM or a bulk import: everything about the work, nothing about users.
    "integration": frozenset(
        _READS
        | {
            "tickets:write",
            "customers:write",
            "customers:personal",
            "customers:merge",
            "articles:write",
            "articles:publish",
            "agents:write",
            "attributes:write",
            # Writes as an assistant or a rule.
            "tickets:automate",
        }
    ),
}

EVERY: frozenset[str] = ROLES["admin"]
"""Every permission there is; API key scopes are chosen from these."""


def allows(role: str, permission: str) -> bool:
    """Whether the role includes the permission."""
    return permission in ROLES.get(role, frozenset())
