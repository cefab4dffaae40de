"""Writing the contracts down: a JSON Schema file for each event, and the AsyncAPI document. They are kept in git.

python -m common.contracts.publish           # write; refuses a change that breaks what was published
python -m common.contracts.publish --check   # say what is out of date
"""

from __future__ import annotations

import ast
import inspect
import json
import sys
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import BaseModel

import common.contracts as _all_contracts
from common.contracts.asyncapi import document
from common.contracts.base import REGISTRY, Event
from common.contracts.compatible import breaks
from common.contracts.envelope import ENVELOPE

HERE = Path(__file__).parent
ASYNCAPI = "asyncapi.json"


def events() -> list[type[Event]]:
    """The platform's events by name; not those that a test made up."""
    ours = (event for event in REGISTRY.values() if event.__module__.startswith(f"{_all_contracts.__name__}."))
    return sorted(ours, key=lambda event: event.TYPE)


def schema_of(event: type[Event]) -> dict[str, Any]:
    """The JSON Schema of an event's data, with the words that stand below its fields."""
    schema = event.model_json_schema()
    _describe(schema, event)
    for name, definition in schema.get("$defs", {}).items():
        _describe(definition, getattr(sys.modules[event.__module__], name))
    head = {"$schema": ENVELOPE["$schema"], "$id": f"urn:kefu:schema:{event.TYPE}:1"}
    return head | schema


def files(said: Sequence[type[Event]]) -> dict[str, str]:
    """What is to stand in this folder: path -> text."""
    made = {f"schemas/{event.TYPE}.v1.json": schema_of(event) for event in said}
    made |= {"schemas/envelope.v1.json": ENVELOPE, ASYNCAPI: document(said)}
    return {path: _text(made[path]) for path in sorted(made)}


def stale(folder: Path, wanted: Mapping[str, str]) -> list[str]:
    """Which of the files in `folder` are missing, other than wanted, or no longer wanted."""
    there = {path.relative_to(folder).as_posix(): path.read_text() for path in folder.glob("schemas/*.json")}
    if (folder / ASYNCAPI).exists():
        there[ASYNCAPI] = (folder / ASYNCAPI).read_text()
    return sorted(path for path in there.keys() | wanted.keys() if there.get(path) != wanted.get(path))


def refusals(folder: Path, wanted: Mapping[str, str]) -> list[str]:
    """What in `wanted` breaks the schemas that stand in `folder`: one sentence each."""
    found = []
    for path in sorted(folder.glob("schemas/*.json")):
        new = wanted.get(f"schemas/{path.name}")
        if new is None:
            found.append(f"{path.name}: the event is gone")
        else:
            found += [f"{path.name} {broken}" for broken in breaks(json.loads(path.read_text()), json.loads(new))]
    return found


def publish(folder: Path, wanted: Mapping[str, str]) -> list[str]:
    """Write `wanted` to `folder`, unless it breaks what stands there: then nothing is written, and the reasons said."""
    refused = refusals(folder, wanted)
    if refused:
        return refused
    (folder / "schemas").mkdir(parents=True, exist_ok=True)
    for path, text in wanted.items():
        (folder / path).write_text(text)
    return []


def main(arguments: Sequence[str]) -> int:
    """The command; 1 when something is refused or out of date."""
    wanted = files(events())
    found = stale(HERE, wanted) if list(arguments) == ["--check"] else publish(HERE, wanted)
    for line in found:
        sys.stderr.write(f"{line}\n")
    return 1 if found else 0


def _describe(schema: dict[str, Any], model: type[BaseModel]) -> None:
    for name, text in _field_words(model).items():
        schema["properties"][name]["description"] = text


def _field_words(model: type[BaseModel]) -> dict[str, str]:
    """The docstrings below a model's fields; Python forgets them, so they are read from the source."""
    (definition,) = ast.parse(inspect.getsource(model)).body
    body = definition.body if isinstance(definition, ast.ClassDef) else []
    words = {}
    for field, below in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(below, ast.Expr):
            words[field.target.id] = " ".join(str(ast.literal_eval(below.value)).split())
    return words


def _text(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
