"""Whether a schema may follow another: additive changes only, so that readers and stored events of either age agree.

Refused: a field removed or renamed, another type, a new required field, a field that is no longer always there, a
narrower enum, a tighter limit. A wider enum passes: deploy those who read it before those who say it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

_AT_LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_AT_MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_EXACT = ("pattern", "multipleOf", "uniqueItems", "contentEncoding")


def breaks(old: Schema, new: Schema) -> list[str]:
    """What in `new` breaks those who know `old`: one sentence each, empty when nothing does."""
    return list(_compare(_Place(old, old, ""), _Place(new, new, "")))


class _Place:
    """A schema within its document, references resolved, and the path that leads there."""

    def __init__(self, document: Schema, schema: Schema, path: str) -> None:
        self.document, self.path = document, path
        while "$ref" in schema:
            found: Any = document
            for step in schema["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            schema = found
        self.schema = schema

    def at(self, schema: Schema, step: str = "") -> _Place:
        return _Place(self.document, schema, f"{self.path}{step}")

    def alternatives(self) -> dict[str, _Place]:
        """The kinds of value that are allowed here, by name."""
        one_of = self.schema.get("anyOf") or self.schema.get("oneOf")
        places = [self.at(one) for one in one_of] if one_of else [self]
        return {place.kind(): place for place in places}

    def kind(self) -> str:
        kind = self.schema.get("type") or ("enum" if self._values() else "anything")
        form = self.schema.get("format")
        return f"{kind} ({form})" if form else str(kind)

    def _values(self) -> list[Any]:
        return [self.schema["const"]] if "const" in self.schema else list(self.schema.get("enum", ()))

    def values(self) -> set[str]:
        """The only values that are allowed, as text; empty when any is."""
        return {repr(value) for value in self._values()}


def _compare(old: _Place, new: _Place) -> Iterator[str]:
    before, after = old.alternatives(), new.alternatives()
    if before.keys() != after.keys():
        yield f"{old.path or '/'}: the type was {_words(before)} and is {_words(after)}"
        return
    for kind, place in before.items():
        yield from _values(place, after[kind])
        yield from _limits(place, after[kind])
        yield from _fields(place, after[kind])
        yield from _inside(place, after[kind])


def _words(kinds: Mapping[str, _Place]) -> str:
    return " or ".join(sorted(kinds))


def _values(old: _Place, new: _Place) -> Iterator[str]:
    gone = old.values() - new.values() if old.values() else {"any other value"}
    if new.values() and gone:
        yield f"{old.path}: no longer allowed: {', '.join(sorted(gone))}"


def _limits(old: _Place, new: _Place) -> Iterator[str]:
    for name in _AT_LEAST:
        if name in new.schema and new.schema[name] > old.schema.get(name, float("-inf")):
            yield f"{old.path}: {name} is tighter"
    for name in _AT_MOST:
        if name in new.schema and new.schema[name] < old.schema.get(name, float("inf")):
            yield f"{old.path}: {name} is tighter"
    for name in _EXACT:
        if name in new.schema and new.schema[name] != old.schema.get(name):
            yield f"{old.path}: {name} is new or another"
    if new.schema.get("additionalProperties") is False and old.schema.get("additionalProperties") is not False:
        yield f"{old.path or '/'}: unknown fields are no longer allowed"


def _fields(old: _Place, new: _Place) -> Iterator[str]:
    before, after = old.schema.get("properties", {}), new.schema.get("properties", {})
    needed_before, needed_after = set(old.schema.get("required", ())), set(new.schema.get("required", ()))
    for name in before:
        path = f"{old.path}/{name}"
        if name not in after:
            yield f"{path}: removed"
        else:
            yield from _compare(old.at(before[name], f"/{name}"), new.at(after[name], f"/{name}"))
    for name in sorted(needed_after - needed_before):
        yield f"{old.path}/{name}: {'now' if name in before else 'new and'} required"
    for name in sorted((needed_before - needed_after) & after.keys()):
        yield f"{old.path}/{name}: no longer always there"


def _inside(old: _Place, new: _Place) -> Iterator[str]:
    for name, step in (("items", "/*"), ("additionalProperties", "/{}")):
        before, after = old.schema.get(name), new.schema.get(name)
        if isinstance(after, Mapping):
            yield from _compare(old.at(before if isinstance(before, Mapping) else {}, step), new.at(after, step))
