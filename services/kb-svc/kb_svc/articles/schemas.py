"""What callers send and see of articles."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from common.http.shapes import ExternalId, Line, Text, View, Wanted

State = Literal["draft", "published", "archived"]
Locale = Literal["zh-CN", "zh-TW", "en"]
Audience = Literal["public", "internal"]
Keywords = Annotated[
    list[Line], Field(max_length=50, description="Keywords and similar questions; found like a title.")
]


class ArticleWanted(Wanted):
    """A new article."""

    title: Line
    body: Text
    locale: Locale
    keywords: Keywords = Field(default=[])
    audience: Audience = "public"
    external_id: ExternalId | None = None
    publish: bool = Field(default=False, strict=True, description="Let it be found at once.")


def _says_what(schema: dict[str, Any]) -> None:
    # Nulls alone say nothing.
    schema["anyOf"] = [
        {"required": [name], "properties": {name: {"not": {"type": "null"}}}} for name in schema["properties"]
    ]


class ChangeWanted(Wanted):
    """A new revision: what is left out stays. A published article is found as it was until this is published."""

    model_config = ConfigDict(json_schema_extra=_says_what)

    title: Line | None = None
    body: Text | None = None
    keywords: Keywords | None = None
    audience: Audience | None = None

    @model_validator(mode="after")
    def _says_something(self) -> ChangeWanted:
        if all(getattr(self, name) is None for name in type(self).model_fields):
            raise ValueError("say what to change: title, body, keywords or audience")
        return self


class ArticleView(View):
    """An article. Staff sees its newest revision, customers the live one."""

    id: UUID
    external_id: str | None
    state: State
    locale: Locale
    audience: Audience
    title: str
    body: str
    keywords: list[str]
    revision: int = Field(description="The revision shown here.")
    live_revision: int | None = Field(description="The revision that searches find; null when none ever was.")
    version: int
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None


class RevisionView(View):
    """A text that an article had; revisions never change."""

    article_id: UUID
    number: int
    audience: Audience
    title: str
    body: str
    keywords: list[str]
    made_at: datetime
    made_by: UUID
