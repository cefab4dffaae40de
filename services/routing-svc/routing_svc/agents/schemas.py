"""What callers say about agents, and are shown."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, WithJsonSchema

from common.contracts.routing import Presence
from common.http.shapes import ONE_LINE, AsInJson, Line, View, Wanted, Word

Level = Annotated[int, Field(ge=1, le=5, strict=True), AsInJson]
# Said in full: the schema that is derived allows any value under a name that does not fit the pattern.
_SKILLS_SCHEMA = {
    "type": "object",
    "propertyNames": {"type": "string", "minLength": 1, "maxLength": 100, "pattern": ONE_LINE},
    "additionalProperties": {"type": "integer", "minimum": 1, "maximum": 5},
    "maxProperties": 200,
}
Skills = Annotated[dict[Word, Level], Field(max_length=200), WithJsonSchema(_SKILLS_SCHEMA)]


class Profile(Wanted):
    """What an agent can do, and how much at once."""

    name: Line
    skills: Skills = Field(description="Skill -> level 1 to 5. `lang:zh` and `lang:en` are the languages.")
    capacity: Annotated[int, Field(ge=0, le=100, strict=True), AsInJson] = 5
    auto_accept: Annotated[bool, Field(strict=True, description="Offers need no answer.")] = False


class PresenceWanted(Wanted):
    """Whether the agent is there."""

    presence: Presence


class AgentView(View):
    """An agent."""

    id: UUID
    name: str
    skills: dict[str, int]
    capacity: int
    load: int = Field(description="Open offers and tickets in hand; may pass the capacity when a person gave more.")
    auto_accept: bool
    presence: Literal["online", "away", "offline"]
    presence_at: datetime
    active: bool = Field(description="False once the user may no longer work here.")
    version: int
