"""What may happen to a ticket in which status, and which status comes of it. This table is the whole state machine.

A merge that is undone gives a ticket the status that it had before: merging/unmerge.py.

new ──> open <──> pending, on_hold     closed is final
  └───────┴─────────┴──> resolved ──> closed
              ^─────────────┘  (reopened, or the customer wrote again)
"""

from __future__ import annotations

from typing import Literal, get_args

from ticket_svc.statuses.category import CATEGORIES, Category

Status = Category
Act = Literal[
    "assign", "agent_reply", "customer_reply", "customer_thanks", "pend", "hold", "resume", "resolve", "close",
    "reopen", "update", "snooze", "merge",
]  # fmt: skip

STATUSES: tuple[Status, ...] = CATEGORIES
ACTS: tuple[Act, ...] = get_args(Act)

_TABLE: dict[Status, dict[Act, Status]] = {
    "new": {
        "assign": "open",
        "agent_reply": "open",
        "customer_reply": "new",
        "customer_thanks": "new",
        "pend": "pending",
        "hold": "on_hold",
        "resolve": "resolved",
        "update": "new",
        "snooze": "new",
        "merge": "closed",
    },
    "open": {
        "assign": "open",
        "agent_reply": "open",
        "customer_reply": "open",
        "customer_thanks": "open",
        "pend": "pending",
        "hold": "on_hold",
        "resolve": "resolved",
        "update": "open",
        "snooze": "open",
        "merge": "closed",
    },
    "pending": {
        "assign": "pending",
        "agent_reply": "pending",
        # The customer has answered what we waited for.
        "customer_reply": "open",
        "customer_thanks": "pending",
        "hold": "on_hold",
        "resume": "open",
        "resolve": "resolved",
        "update": "pending",
        "snooze": "pending",
        "merge": "closed",
    },
    "on_hold": {
        "assign": "on_hold",
        "agent_reply": "on_hold",
        # Whoever we wait for, the customer has said something new.
        "customer_reply": "open",
        "customer_thanks": "on_hold",
        "pend": "pending",
        "resume": "open",
        "resolve": "resolved",
        "update": "on_hold",
        "snooze": "on_hold",
        "merge": "closed",
    },
    "resolved": {
        "agent_reply": "resolved",
        # Not content after all.
        "customer_reply": "open",
        "customer_thanks": "resolved",
        "reopen": "open",
        "close": "closed",
        "update": "resolved",
        "merge": "closed",
    },
    "closed": {
        # Kept where it was said; anything but thanks is a follow-up.
        "customer_thanks": "closed",
    },
}


def allows(status: Status, act: Act) -> bool:
    """Whether `act` may happen to a ticket in `status`."""
    return act in _TABLE[status]


def after(status: Status, act: Act) -> Status | None:
    """The status after `act`; None when it is refused."""
    return _TABLE[status].get(act)
