"""What may happen to a ticket in which status, and which status comes of it. This table is the whole state machine.

new ──> open <──> pending          closed is final
  └───────┴─────────┴──> resolved ──> closed
              ^─────────────┘  (reopened, or the customer wrote again)
"""

from __future__ import annotations

from typing import Literal, get_args

Status = Literal["new", "open", "pending", "resolved", "closed"]
Act = Literal["assign", "agent_reply", "customer_reply", "pend", "resume", "resolve", "close", "reopen", "update"]

STATUSES: tuple[Status, ...] = get_args(Status)
ACTS: tuple[Act, ...] = get_args(Act)

_TABLE: dict[Status, dict[Act, Status]] = {
    "new": {
        "assign": "open",
        "agent_reply": "open",
        "customer_reply": "new",
        "pend": "pending",
        "resolve": "resolved",
        "update": "new",
    },
    "open": {
        "assign": "open",
        "agent_reply": "open",
        "customer_reply": "open",
        "pend": "pending",
        "resolve": "resolved",
        "update": "open",
    },
    "pending": {
        "assign": "pending",
        "agent_reply": "pending",
        # The customer has answered what we waited for.
        "customer_reply": "open",
        "resume": "open",
        "resolve": "resolved",
        "update": "pending",
    },
    "resolved": {
        "agent_reply": "resolved",
        # Not content after all.
        "customer_reply": "open",
        "reopen": "open",
        "close": "closed",
        "update": "resolved",
    },
    "closed": {},
}


def allows(status: Status, act: Act) -> bool:
    """Whether `act` may happen to a ticket in `status`."""
    return act in _TABLE[status]


def after(status: Status, act: Act) -> Status | None:
    """The status after `act`; None when it is refused."""
    return _TABLE[status].get(act)
