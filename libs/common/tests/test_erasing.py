"""What stays of events when the texts are taken out of them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest

from common.contracts.base import REGISTRY, read_envelope, unwrap
from common.contracts.publish import events
from common.erasing import HIDDEN, without_texts

GOLDEN = Path(__file__).parent / "contracts" / "golden"
SAMPLES = [sample for event in events() for sample in orjson.loads((GOLDEN / f"{event.TYPE}.v1.json").read_bytes())]


def words(value: Any) -> list[str]:
    """The strings in it that are no id and no time."""
    if isinstance(value, dict):
        return [word for one in value.values() for word in words(one)]
    if isinstance(value, list):
        return [word for one in value for word in words(one)]
    return [value] if isinstance(value, str) and not is_id_or_time(value) else []


def is_id_or_time(word: str) -> bool:
    """Whether the word is a UUID or an instant."""
    for read in (UUID, datetime.fromisoformat):
        try:
            read(word)
        except ValueError:
            continue
        return True
    return False


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["type"])
def test_event_without_its_texts_is_still_one(sample: dict[str, Any]) -> None:
    after = read_envelope(without_texts(orjson.dumps(sample)))
    unwrap(after, REGISTRY[sample["type"]])
    assert {**after, "data": 0} == {**sample, "data": 0}
    assert all(word == HIDDEN or word.isascii() for word in words(after["data"]))
    assert without_texts(orjson.dumps(after)) == orjson.dumps(after)


def test_texts_go_and_figures_stay() -> None:
    opened = next(one for one in SAMPLES if one["type"] == "ticket.opened" and one["data"].get("fields"))
    after = orjson.loads(without_texts(orjson.dumps(opened)))["data"]
    gone = {name for name, value in after.items() if value != opened["data"][name]}
    assert gone >= {"customer_name", "subject", "text", "fields"}
    assert gone.isdisjoint({"ticket_id", "priority", "tier", "channel", "opened_at"})


@pytest.mark.parametrize("raw", [b"", b"zaphod", b"[]", b'{"type":"no.such"}', b'{"type":"ticket.opened"}'])
def test_of_what_is_no_event_nothing_stays(raw: bytes) -> None:
    assert without_texts(raw) == b"{}"
