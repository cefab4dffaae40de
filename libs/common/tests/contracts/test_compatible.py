"""Planted changes: each breaking one must be caught by the gate, each harmless one must pass."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from pydantic import BaseModel, Field

from common.contracts.compatible import breaks
from common.contracts.publish import events, schema_of

Change = Callable[[dict[str, Any]], None]
REPLIED = next(schema_of(event) for event in events() if event.TYPE == "ticket.replied")
SUGGESTED = next(schema_of(event) for event in events() if event.TYPE == "suggestion.made")
JOINED = next(schema_of(event) for event in events() if event.TYPE == "agent.joined")


def changed(schema: dict[str, Any], change: Change) -> list[str]:
    """What the gate says of `schema` after `change`."""
    new = deepcopy(schema)
    change(new)
    assert new != schema
    return breaks(schema, new)


def remove_a_field(schema: dict[str, Any]) -> None:
    del schema["properties"]["article_ids"]


def rename_a_field(schema: dict[str, Any]) -> None:
    schema["properties"]["body"] = schema["properties"].pop("text")
    schema["required"][schema["required"].index("text")] = "body"


def another_type(schema: dict[str, Any]) -> None:
    schema["properties"]["text"]["type"] = "integer"


def another_format(schema: dict[str, Any]) -> None:
    schema["properties"]["ticket_id"]["format"] = "uri"


def no_longer_nullable(schema: dict[str, Any]) -> None:
    schema["properties"]["author_id"] = {"type": "string", "format": "uuid"}


def newly_nullable(schema: dict[str, Any]) -> None:
    schema["properties"]["text"] = {"anyOf": [{"type": "string"}, {"type": "null"}]}


def new_required_field(schema: dict[str, Any]) -> None:
    schema["properties"]["channel"] = {"type": "string"}
    schema["required"].append("channel")


def now_required(schema: dict[str, Any]) -> None:
    schema["required"].append("article_ids")


def no_longer_there(schema: dict[str, Any]) -> None:
    schema["required"].remove("author_kind")


def narrower_enum(schema: dict[str, Any]) -> None:
    schema["properties"]["author_kind"]["enum"].remove("rule")


def an_enum_where_any_text_was(schema: dict[str, Any]) -> None:
    schema["properties"]["text"]["enum"] = ["hello"]


def shorter_text(schema: dict[str, Any]) -> None:
    schema["properties"]["text"]["maxLength"] = 4000


def a_pattern(schema: dict[str, Any]) -> None:
    schema["properties"]["text"]["pattern"] = "^[a-z]+$"


def more_items(schema: dict[str, Any]) -> None:
    schema["properties"]["article_ids"]["minItems"] = 1


def other_items(schema: dict[str, Any]) -> None:
    schema["properties"]["article_ids"]["items"] = {"type": "integer"}


def closed_to_unknown_fields(schema: dict[str, Any]) -> None:
    schema["additionalProperties"] = False


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (remove_a_field, ["/article_ids: removed"]),
        (rename_a_field, ["/text: removed", "/body: new and required"]),
        (another_type, ["/text: the type was string and is integer"]),
        (another_format, ["/ticket_id: the type was string (uuid) and is string (uri)"]),
        (no_longer_nullable, ["/author_id: the type was null or string (uuid) and is string (uuid)"]),
        (newly_nullable, ["/text: the type was string and is null or string"]),
        (new_required_field, ["/channel: new and required"]),
        (now_required, ["/article_ids: now required"]),
        (no_longer_there, ["/author_kind: no longer always there"]),
        (narrower_enum, ["/author_kind: no longer allowed: 'rule'"]),
        (an_enum_where_any_text_was, ["/text: no longer allowed: any other value"]),
        (shorter_text, ["/text: maxLength is tighter"]),
        (a_pattern, ["/text: pattern is new or another"]),
        (more_items, ["/article_ids: minItems is tighter"]),
        (other_items, ["/article_ids/*: the type was string (uuid) and is integer"]),
        (closed_to_unknown_fields, ["/: unknown fields are no longer allowed"]),
    ],
)
def test_a_planted_breaking_change_is_caught(change: Change, said: list[str]) -> None:
    assert changed(REPLIED, change) == said


def test_a_break_inside_a_nested_object_is_caught() -> None:
    def change(schema: dict[str, Any]) -> None:
        del schema["$defs"]["SuggestedArticle"]["properties"]["score"]

    assert changed(SUGGESTED, change) == ["/articles/*/score: removed"]


def test_a_break_inside_a_mapping_is_caught() -> None:
    def change(schema: dict[str, Any]) -> None:
        schema["properties"]["skills"]["additionalProperties"] = {"type": "string"}

    assert changed(JOINED, change) == ["/skills/{}: the type was integer and is string"]


def test_a_tighter_limit_is_caught_and_a_looser_one_passes() -> None:
    class Before(BaseModel):
        score: int = Field(ge=1, le=5)

    class Tighter(BaseModel):
        score: int = Field(ge=2, le=4)

    before, tighter = Before.model_json_schema(), Tighter.model_json_schema()
    assert breaks(before, tighter) == ["/score: minimum is tighter", "/score: maximum is tighter"]
    assert breaks(tighter, before) == []


def new_optional_field(schema: dict[str, Any]) -> None:
    schema["properties"]["mood"] = {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None}


def wider_enum(schema: dict[str, Any]) -> None:
    schema["properties"]["author_kind"]["enum"].append("supervisor")


def other_words(schema: dict[str, Any]) -> None:
    schema["description"] = "Somebody wrote."
    schema["properties"]["text"]["title"] = "What they wrote"


def other_order(schema: dict[str, Any]) -> None:
    schema["properties"] = dict(reversed(schema["properties"].items()))
    schema["required"].reverse()


@pytest.mark.parametrize("change", [new_optional_field, wider_enum, other_words, other_order])
def test_a_harmless_change_passes(change: Change) -> None:
    assert changed(REPLIED, change) == []


@pytest.mark.parametrize("event", events(), ids=lambda event: event.TYPE)
def test_a_schema_may_follow_itself(event: Any) -> None:
    assert breaks(schema_of(event), schema_of(event)) == []
