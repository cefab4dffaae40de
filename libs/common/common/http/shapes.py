"""The base of request and response bodies, and the words and numbers that they are made of."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError


class Wanted(BaseModel):
    """What a caller asks for: unknown fields are refused, so that a misspelt one is not silently ignored."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class View(BaseModel):
    """What a caller is shown; built from a row or a mapping."""

    model_config = ConfigDict(from_attributes=True)


# Postgres text cannot hold NUL: refused at the door as bad input. What is blank is stripped to nothing, so the patterns
# ask for one character that is not; then the document says what is refused. (NEL is blank here, not in JSON Schema.)
ONE_LINE = r"^[^\x00-\x1f]*[^\x00-\x1f\x85\s][^\x00-\x1f]*$"
"""The pattern of one line that is not blank."""

LINES = r"^[^\x00]*[^\x00\x85\s][^\x00]*$"
"""The pattern of text of any lines that is not blank."""

Line = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=ONE_LINE)]
"""One line of text."""

LONGEST_TEXT = 50_000
"""Characters of a text."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT, pattern=LINES)]
"""Text of any lines."""

Word = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=ONE_LINE)]
"""A name of something: a topic, a skill, a tag."""

ExternalId = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=ONE_LINE)]
"""The id of the same thing in another system."""


Flag = Annotated[bool, Field(strict=True)]
"""true or false, and no word or number that might stand for one."""


def _whole(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


AsInJson = BeforeValidator(_whole)
"""For a strict int: to JSON Schema 5.0 is an integer too, and some languages write it so; "5" is not.

It stands last in the Annotated: a bound that stands after it does not reach the schema.
"""


# Nobody was served outside these years, and the database's calendar is not as wide as ISO 8601's.
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def _in_our_years(at: AwareDatetime) -> AwareDatetime:
    if not _FIRST <= at <= _LAST:
        raise PydanticCustomError("out_of_years", "This is not between 2000-01-01 and 2200-01-01 UTC")
    return at


Instant = Annotated[AwareDatetime, AfterValidator(_in_our_years)]
"""A moment that work may be asked about, from 2000-01-01 to 2200-01-01 UTC."""
