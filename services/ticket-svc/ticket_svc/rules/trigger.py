"""When a rule is asked: when something happens to a ticket, or some time after (before) a moment. Pure."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, TypeAdapter

from common.http.shapes import AsInJson, Flag, Wanted
from ticket_svc.fields.accept import LARGEST
from ticket_svc.rules.happenings import Happening
from ticket_svc.tickets.status import Status

FARTHEST = 43_200
"""Minutes from a moment at which a rule may act: 30 days."""
Since = Literal[
    "opened",
    "entered_status",
    "assigned",
    "customer_message",
    "agent_reply",
    "first_response_due",
    "resolution_due",
]
DEADLINES = ("first_response_due", "resolution_due")
_Word = Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00]*$")]
_Value = bool | Annotated[float, Field(ge=-LARGEST, le=LARGEST)] | _Word | None


class Changed(Wanted):
    """What must have changed; `was` and `becomes` only if it matters from what and to what.

    Of `tags`: `becomes` is a tag that was added, `was` one that was taken away.
    """

    field: Annotated[str, StringConstraints(max_length=60, pattern=r"^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)?$")]
    was: _Value = None
    becomes: _Value = None


Score = Annotated[int, Field(ge=1, le=5, strict=True), AsInJson]
"""1 (very dissatisfied) to 5 (very satisfied)."""


class EventTrigger(Wanted):
    """The rule is asked when one of these happens to a ticket."""

    kind: Literal["event"]
    on: list[Happening] = Field(
        min_length=1,
        max_length=23,
        description="`customer_thanked`: by what wants no answer. `absorbed`: another ticket was merged into it. "
        "`survey_answered`: also when the customer changes the answer.",
    )
    changed: list[Changed] = Field(
        default_factory=list, max_length=10, description="One of these must have changed; of updated, assigned, tagged."
    )
    score_at_least: Score | None = Field(default=None, description="Of `survey_answered`, and of nothing else.")
    score_at_most: Score | None = Field(default=None, description="As `score_at_least`.")


class TimeTrigger(Wanted):
    """The rule is asked so long after a moment, or before a deadline, unless that moment is another one by then.

    `customer_message` is one that nobody has answered since, `agent_reply` one that the customer has not; a deadline
    is one whose clock runs.
    """

    kind: Literal["time"]
    since: Since
    status: Status | None = Field(default=None, description="Of `entered_status`, and of nothing else.")
    before: Flag = Field(default=False, description="Before a deadline instead of after it.")
    minutes: Annotated[int, Field(ge=0, le=FARTHEST, strict=True), AsInJson]


Trigger = Annotated[EventTrigger | TimeTrigger, Field(discriminator="kind")]
TRIGGER: TypeAdapter[EventTrigger | TimeTrigger] = TypeAdapter(Trigger)
