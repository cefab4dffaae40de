"""Stored samples, replayed: what was said once must be understood for ever."""

from typing import Any

import jsonschema_rs
import orjson
import pytest

from common.contracts.base import REGISTRY, read_envelope, unwrap, wrap
from common.contracts.publish import events

TYPES = [event.TYPE for event in events()]
Golden = dict[str, list[dict[str, Any]]]


def rewrapped(sample: dict[str, Any]) -> dict[str, Any]:
    """The sample as today's models would say it."""
    heard = unwrap(read_envelope(orjson.dumps(sample)), REGISTRY[sample["type"]])
    said = wrap(
        heard.data,
        event_id=heard.id,
        subject=heard.subject,
        sequence=heard.sequence,
        now=heard.time,
        traceparent=heard.traceparent,
    )
    again: dict[str, Any] = orjson.loads(said)
    return again


def lost(old: Any, new: Any, path: str = "") -> list[str]:
    """What of `old` is missing or different in `new`; members that only `new` has are welcome."""
    if isinstance(old, dict) and isinstance(new, dict):
        return [line for name in old for line in lost(old[name], new.get(name), f"{path}/{name}")]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [
            line for place, (a, b) in enumerate(zip(old, new, strict=True)) for line in lost(a, b, f"{path}/{place}")
        ]
    return [] if old == new else [f"{path}: {old!r} became {new!r}"]


def test_there_are_samples_of_every_event(golden: Golden) -> None:
    assert sorted(golden) == sorted(TYPES)
    assert all(golden.values())


@pytest.mark.parametrize("type_", TYPES)
def test_a_stored_sample_says_today_what_it_said_then(golden: Golden, type_: str) -> None:
    for sample in golden[type_]:
        assert sample["type"] == type_
        assert lost(sample, rewrapped(sample)) == []


@pytest.mark.parametrize("type_", TYPES)
def test_stored_samples_and_todays_fit_the_stored_schemas(golden: Golden, stored: dict[str, Any], type_: str) -> None:
    for sample in golden[type_]:
        for envelope in (sample, rewrapped(sample)):
            jsonschema_rs.validate(stored["envelope"], envelope, validate_formats=True)
            jsonschema_rs.validate(stored[type_], envelope["data"], validate_formats=True)


@pytest.mark.parametrize("type_", TYPES)
def test_a_reader_ignores_what_a_newer_sender_adds(golden: Golden, type_: str) -> None:
    sample = golden[type_][0]
    newer = {**sample, "newer": 1, "data": {**sample["data"], "newer": {"deep": [1]}}}
    assert lost(sample, rewrapped(newer)) == []


@pytest.mark.parametrize("type_", TYPES)
def test_the_samples_show_every_field_filled_and_every_empty_one_empty(golden: Golden, type_: str) -> None:
    fields = REGISTRY[type_].model_fields
    data = [sample["data"] for sample in golden[type_]]
    assert [name for name in fields if all(one.get(name) in (None, [], {}) for one in data)] == []
    nullable = [name for name, field in fields.items() if "None" in str(field.annotation)]
    assert [name for name in nullable if all(one.get(name, "") is not None for one in data)] == []


def test_a_sample_that_lost_something_would_be_noticed(golden: Golden) -> None:
    sample = golden["survey.answered"][0]
    other = {**sample, "data": {**sample["data"], "score": 5}}
    assert lost(sample, other) == ["/data/score: 2 became 5"]
    assert lost(sample, {**sample, "data": {}}) != []
