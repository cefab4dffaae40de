import json
from pathlib import Path

import jsonschema_rs
import pytest

from common.contracts import publish
from common.contracts.base import REGISTRY

WANTED = publish.files(publish.events())
SCHEMAS = [path for path in WANTED if path.startswith("schemas/")]


def test_what_stands_in_git_is_what_the_models_say() -> None:
    # When this fails: python -m common.contracts.publish
    assert publish.stale(publish.HERE, WANTED) == []


def test_every_event_of_the_platform_is_published_and_no_other() -> None:
    ours = {type_ for type_, event in REGISTRY.items() if event.__module__.startswith("common.contracts.")}
    assert {f"schemas/{type_}.v1.json" for type_ in ours | {"envelope"}} == set(SCHEMAS)


def test_publishing_twice_writes_the_same_bytes() -> None:
    assert publish.files(publish.events()) == WANTED


@pytest.mark.parametrize("path", SCHEMAS)
def test_a_schema_is_one_by_its_own_standard(path: str) -> None:
    schema = json.loads(WANTED[path])
    assert jsonschema_rs.meta.is_valid(schema)
    assert schema["$id"] == f"urn:kefu:schema:{Path(path).name.removesuffix('.v1.json')}:1"
    assert schema["description"]


def test_the_words_below_a_field_are_published_with_it() -> None:
    answered = json.loads(WANTED["schemas/survey.answered.v1.json"])
    suggested = json.loads(WANTED["schemas/suggestion.made.v1.json"])["$defs"]["SuggestedArticle"]
    assert answered["properties"]["score"]["description"].startswith("1 (very dissatisfied)")
    assert suggested["properties"]["score"]["description"].startswith("Comparable")


def test_a_missing_a_changed_and_a_left_over_file_are_stale(tmp_path: Path) -> None:
    assert publish.publish(tmp_path, WANTED) == []
    assert publish.stale(tmp_path, WANTED) == []
    (tmp_path / "schemas/ticket.closed.v1.json").unlink()
    (tmp_path / "schemas/ticket.pended.v1.json").write_text("{}")
    (tmp_path / "schemas/ticket.vanished.v1.json").write_text("{}")
    assert publish.stale(tmp_path, WANTED) == [
        "schemas/ticket.closed.v1.json",
        "schemas/ticket.pended.v1.json",
        "schemas/ticket.vanished.v1.json",
    ]


def test_a_breaking_change_is_not_written(tmp_path: Path) -> None:
    publish.publish(tmp_path, WANTED)
    path = "schemas/survey.answered.v1.json"
    broken = json.loads(WANTED[path])
    del broken["properties"]["comment"]
    broken["required"].remove("comment")
    refused = publish.publish(tmp_path, WANTED | {path: json.dumps(broken)})
    assert refused == ["survey.answered.v1.json /comment: removed"]
    assert (tmp_path / path).read_text() == WANTED[path]


def test_an_event_is_never_taken_back(tmp_path: Path) -> None:
    publish.publish(tmp_path, WANTED)
    fewer = {path: text for path, text in WANTED.items() if path != "schemas/ticket.closed.v1.json"}
    assert publish.publish(tmp_path, fewer) == ["ticket.closed.v1.json: the event is gone"]


def test_the_command_says_what_is_out_of_date() -> None:
    assert publish.main(["--check"]) == 0
