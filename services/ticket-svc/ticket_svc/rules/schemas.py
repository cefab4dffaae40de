"""The shapes of rules on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from common.http.problems import FieldError
from common.http.shapes import AsInJson, Flag, View, Wanted, Word
from ticket_svc.bulk.schemas import Assigning, Moving, Noting, Tagging, Updating
from ticket_svc.conditions.describe import SCHEMA
from ticket_svc.rules.trigger import Trigger
from ticket_svc.rules.wording import InBoth
from ticket_svc.trail.schemas import Actor

MOST_ACTIONS = 10
"""Actions of one rule."""
MOST_TICKETS = 1_000
"""Tickets of one dry run."""

Conditions = Annotated[dict[str, Any], WithJsonSchema(SCHEMA)]
Outcome = Literal["done", "refused", "loop", "too_deep"]
What = Literal["created", "changed", "activated", "deactivated", "moved", "removed"]


class Replying(Wanted):
    """Write to the customer, in the language of the ticket and in the voice `rule`."""

    do: Literal["reply"]
    text: InBoth


RuleAction = Annotated[Assigning | Moving | Updating | Tagging | Noting | Replying, Field(discriminator="do")]
Actions = Annotated[list[RuleAction], Field(min_length=1, max_length=MOST_ACTIONS)]
ACTIONS: TypeAdapter[list[Assigning | Moving | Updating | Tagging | Noting | Replying]] = TypeAdapter(Actions)


class RuleContent(Wanted):
    """What a rule says: when it is asked, of which tickets, and what it does. Either all actions are done or none."""

    name: Word
    trigger: Trigger
    conditions: Conditions | None = Field(default=None, description="Of which tickets; null: of any.")
    actions: Actions
    stop: Flag = Field(default=False, description="Once it has acted, later rules are not asked for this event.")


class NewRule(RuleContent):
    """A rule; it stands behind the others."""

    active: Flag = True


class RuleChange(Wanted):
    """What to change; what is left out stays. Null takes the conditions away."""

    name: Word | None = None
    active: Flag | None = None
    trigger: Trigger | None = None
    conditions: Conditions | None = None
    actions: Actions | None = None
    stop: Flag | None = None


class RuleOrder(Wanted):
    """Which rules are to be asked first, in this order; the others come after them, as they were."""

    ids: list[UUID] = Field(min_length=1, max_length=200)


class RuleVersion(View):
    """A rule as it was between two changes."""

    rule_id: UUID
    version: int
    what: What = Field(description="The change that made it.")
    name: str
    active: bool
    position: int
    trigger: dict[str, Any]
    conditions: dict[str, Any] | None
    actions: list[dict[str, Any]]
    stop: bool
    by: Actor
    at: datetime


class RuleView(View):
    """A rule as it stands."""

    id: UUID
    name: str
    active: bool
    active_since: datetime | None = Field(description="It hears of nothing that happened before.")
    position: int
    trigger: dict[str, Any]
    conditions: dict[str, Any] | None
    actions: list[dict[str, Any]]
    stop: bool
    problems: list[FieldError] = Field(
        description="What it names that is no longer there: a field in conditions, then it acts never; or in an action,"
        " which is refused then."
    )
    version: int
    created_at: datetime
    updated_at: datetime
    updated_by: str


class RuleRun(View):
    """One time that a rule was to act on a ticket."""

    id: UUID
    rule_id: UUID
    rule_version: int
    ticket_id: UUID
    happened: str = Field(description="What it was about: a happening, or `time`.")
    event_id: UUID | None
    chain_id: UUID = Field(description="The same for all that followed from one change of a ticket.")
    depth: int = Field(description="How many rules acted, one because of the other.")
    outcome: Outcome = Field(
        description="`refused`: nothing was done, see problem. `loop`: held back, as it had acted on this ticket"
        " already after the same change. `too_deep`: held back, too many rules had acted one because of the other."
    )
    problem: dict[str, Any] | None
    version_before: int = Field(description="The ticket's.")
    version_after: int
    at: datetime


class DryRun(Wanted):
    """Which rule to try: one that is not kept, or a kept one (in its present version when none is named)."""

    rule: RuleContent | None = None
    rule_id: UUID | None = None
    version: Annotated[int, Field(ge=1, le=2**31, strict=True), AsInJson] | None = None
    tickets: Annotated[int, Field(ge=1, le=MOST_TICKETS, strict=True), AsInJson] = Field(
        default=MOST_TICKETS, description="How many of the newest tickets to look at."
    )

    @model_validator(mode="after")
    def _one(self) -> DryRun:
        if (self.rule is None) == (self.rule_id is None) or (self.version is not None and self.rule_id is None):
            raise PydanticCustomError("either", "give rule, or rule_id and if you like a version of it")
        return self


class ForeseenChange(View):
    """What a property would have been changed from and to."""

    field: str
    was: Any
    becomes: Any


class ForeseenTicket(View):
    """A ticket of which the conditions hold."""

    ticket_id: UUID
    number: int
    subject: str
    changes: list[ForeseenChange]
    writes: list[Literal["note", "reply"]] = Field(description="What would be written to it.")
    refused: FieldError | None = Field(description="The action that its state refuses; then nothing would be done.")


class DryRunDone(View):
    """What the rule would do to the tickets as they are now; nothing was written."""

    looked_at: int
    matched: int
    would_change: int
    refused: int
    problems: list[FieldError] = Field(description="What the rule names that is not there.")
    items: list[ForeseenTicket] = Field(description="Those that match, newest first.")
