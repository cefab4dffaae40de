"""The base of request and response bodies."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints


class Wanted(BaseModel):
    """What a caller asks for: unknown fields are refused, so that a misspelt one is not silently ignored."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class View(BaseModel):
    """What a caller is shown; built from a row or a mapping."""

    model_config = ConfigDict(from_attributes=True)


# Postgres text cannot hold NUL: refused at the door as bad input.
Line = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f]*$")]
"""One line of text."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=50_000, pattern=r"^[^\x00]*$")]
"""Text of any lines."""

Word = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]*$")]
"""A name of something: a topic, a skill, a tag."""

ExternalId = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f]*$")]
"""The id of the same thing in another system."""
