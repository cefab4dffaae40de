"""What callers say about skills, and are shown."""

from typing import Annotated

from pydantic import Field

from common.http.shapes import View, Wanted, Word


class Topics(Wanted):
    """The topics whose tickets need the skill."""

    topics: Annotated[list[Word], Field(max_length=500)]


class SkillView(View):
    """A skill and the topics that need it."""

    skill: str
    topics: list[str]
