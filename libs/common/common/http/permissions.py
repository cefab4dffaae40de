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
    # Be seen at a ticket, and see who else is there: for people, not for programs.
    "tickets:watch",
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
    # Teams, custom statuses; what tickets are asked for; which views and macros everyone is given.
    "tickets:configure",
    "fields:write",
    "views:share",
    # What is done to tickets by itself.
    "rules:write",
    "macros:share",
    # Who changed any of it.
    "audit:read",
    # What others wrote: change it, and make something in it unreadable for good.
    "messages:edit",
    "messages:redact",
    # What changed, for a copy kept elsewhere.
    "changes:read",
}
_ADMIN = _SUPERVISOR | {
    *("users:write", "keys:write", "tickets:automate", "data:export", "tickets:import"),
    *("customers:erase", "customers:export"),
}

ROLES: dict[str, frozenset[str]] = {
    "admin": frozenset(_ADMIN),
    "supervisor": frozenset(_SUPERVISOR),
    "agent": frozenset(_AGENT),
    # A colleague of another department: reads along, and answers through tasks (later). Without customers:personal
    # they see masked what a customer can be reached by.
    "light_agent": frozenset({"tickets:read", "tickets:watch", "customers:read", "articles:read"}),
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
            "changes:read",
            "data:export",
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
