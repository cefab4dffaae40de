"""The AsyncAPI document, held to what AsyncAPI 3.0.0 requires; the official schema is not at hand."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from common.bus import PARTITIONS
from common.contracts import publish
from common.contracts.base import wrap
from common.contracts.publish import events
from common.contracts.tickets import TicketClosed

DOCUMENT: dict[str, Any] = json.loads((publish.HERE / publish.ASYNCAPI).read_text())
# "The Components Object: all the fixed fields are objects whose keys MUST match this."
KEY = re.compile(r"^[a-zA-Z0-9.\-_]+$")


def references(value: Any) -> list[str]:
    """Every $ref below `value`."""
    if isinstance(value, dict):
        here = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return here + [found for member in value.values() for found in references(member)]
    return [found for member in value for found in references(member)] if isinstance(value, list) else []


def resolve(reference: str, folder: Path = publish.HERE) -> Any:
    """What a reference points at. Raises KeyError or FileNotFoundError when at nothing."""
    if not reference.startswith("#/"):
        return json.loads((folder / reference).read_text())
    found: Any = DOCUMENT
    for step in reference[2:].split("/"):
        found = found[step.replace("~1", "/").replace("~0", "~")]
    return found


def test_the_required_members_are_there() -> None:
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert {"title", "version"} <= DOCUMENT["info"].keys()
    allowed = {"asyncapi", "id", "info", "servers", "defaultContentType", "channels", "operations", "components"}
    assert DOCUMENT.keys() <= allowed


@pytest.mark.parametrize("reference", sorted(set(references(DOCUMENT))))
def test_every_reference_points_at_something(reference: str) -> None:
    assert isinstance(resolve(reference), dict)


def test_a_dangling_reference_would_be_noticed() -> None:
    with pytest.raises(KeyError):
        resolve("#/components/messages/ticket.vanished")
    with pytest.raises(FileNotFoundError):
        resolve("schemas/ticket.vanished.v1.json")


def test_there_is_a_channel_for_every_topic_and_each_event_is_on_its_own() -> None:
    found = {(channel["address"], name) for channel in DOCUMENT["channels"].values() for name in channel["messages"]}
    assert found == {(event.TOPIC, event.TYPE) for event in events()}
    partitions = {channel["bindings"]["kafka"]["partitions"] for channel in DOCUMENT["channels"].values()}
    assert partitions == {PARTITIONS}


def test_every_operation_sends_messages_of_its_own_channel() -> None:
    assert len(DOCUMENT["operations"]) == len(DOCUMENT["channels"])
    for operation in DOCUMENT["operations"].values():
        assert operation["action"] == "send"
        channel = operation["channel"]["$ref"]
        assert operation["messages"]
        # "MUST be a subset of the messages of the channel, and reference them there, not the components."
        assert all(message["$ref"].startswith(f"{channel}/messages/") for message in operation["messages"])


def test_keys_are_such_as_references_can_hold() -> None:
    keys = [*DOCUMENT["components"]["messages"], *DOCUMENT["channels"], *DOCUMENT["operations"]]
    assert [key for key in keys if not KEY.match(key)] == []


@pytest.mark.parametrize("event", events(), ids=lambda event: event.TYPE)
def test_a_message_names_its_type_and_says_where_its_data_is_described(event: Any) -> None:
    message = DOCUMENT["components"]["messages"][event.TYPE]
    envelope, own = message["payload"]["allOf"]
    assert (message["name"], message["contentType"]) == (event.TYPE, "application/cloudevents+json")
    assert own["properties"]["type"] == {"const": event.TYPE}
    assert resolve(own["properties"]["data"]["$ref"])["$id"] == f"urn:kefu:schema:{event.TYPE}:1"
    assert resolve(envelope["$ref"])["title"] == "Envelope"


def test_the_envelope_describes_exactly_what_is_written() -> None:
    id_ = UUID(int=7)
    now = datetime(2026, 3, 16, tzinfo=UTC)
    closed = TicketClosed(ticket_id=id_)
    written = wrap(closed, event_id=id_, subject=id_, sequence=1, now=now, traceparent="", tracestate="a=1")
    assert resolve("schemas/envelope.v1.json")["properties"].keys() == json.loads(written).keys()
