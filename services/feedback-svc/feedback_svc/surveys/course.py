"""The course of a survey: which state follows when something happens. The decision table of the room.

planned ── due ──> sent ── answered ──> answered (── answered ──> answered, see accept.py)
   │ └── throttled ──> skipped   │
   └────────── reopened ─────────┴──> withdrawn
"""

from typing import Literal

State = Literal["planned", "skipped", "sent", "answered", "withdrawn"]
Happening = Literal["due", "throttled", "reopened", "answered"]

NEXT: dict[tuple[State, Happening], State] = {
    ("planned", "due"): "sent",
    # Skipped for good: it is not sent later, when the customer may be asked again.
    ("planned", "throttled"): "skipped",
    ("planned", "reopened"): "withdrawn",
    # The work goes on, so the question comes too early: the next resolution asks anew.
    ("sent", "reopened"): "withdrawn",
    ("sent", "answered"): "answered",
    ("answered", "answered"): "answered",
}


def after(state: State, happening: Happening) -> State | None:
    """The next state; None when the happening means nothing to a survey in this state."""
    return NEXT.get((state, happening))


def touched_by(happening: Happening) -> tuple[State, ...]:
    """The states in which the happening means something."""
    return tuple(state for state, what in NEXT if what == happening)
