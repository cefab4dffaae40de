"""What an event is: a fact in the past tense, in a CloudEvents 1.0 envelope (structured JSON mode).

The same bytes stand in the outbox, on the bus, in the dead letters and in a customer's webhook.
Source: CloudEvents 1.0.2, with the extensions `partitionkey`, `sequence` and distributed tracing (`traceparent`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

REGISTRY: dict[str, type[Event]] = {}
"""Every event of the platform by its type; filled by the classes themselves."""


class Event(BaseModel):
    """A fact. A subclass says its name and owner: `class TicketOpened(Event, type="ticket.opened", owner="ticket")`.

    Readers ignore fields they do not know, so that a newer sender does no harm: changes are additive only.
    """

    # An event that cannot be read is told of in a log: by its fields, not by what stands in them.
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    TYPE: ClassVar[str] = ""
    OWNER: ClassVar[str] = ""
    TOPIC: ClassVar[str] = ""
    """The topic that carries it: `kefu.<owner>`."""

    def __init_subclass__(cls, *, type: str = "", owner: str = "", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if type in REGISTRY:
            raise TypeError(f"two events are called {type}")
        cls.TYPE, cls.OWNER, cls.TOPIC = type, owner, f"kefu.{owner}"
        REGISTRY[type] = cls


E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Heard(Generic[E]):
    """An event as a listener receives it: the fact and its envelope."""

    id: UUID
    subject: UUID
    """The aggregate it is about; the bus key."""
    sequence: int
    """The aggregate's version that the event made; strictly increasing per subject."""
    time: datetime
    traceparent: str
    data: E
    tracestate: str = ""


class Undecodable(ValueError):
    """The bytes are no event that this version can read; trying again cannot help."""


def wrap(
    event: Event,
    *,
    event_id: UUID,
    subject: UUID,
    sequence: int,
    now: datetime,
    traceparent: str,
    tracestate: str = "",
) -> bytes:
    """The event's envelope as bytes."""
    head = {
        "specversion": "1.0",
        "id": str(event_id),
        "source": f"/kefu/{event.OWNER}",
        "type": event.TYPE,
        "subject": str(subject),
        "time": now.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "dataschema": f"urn:kefu:schema:{event.TYPE}:1",
        "partitionkey": str(subject),
        # The extension asks for a string that sorts as the numbers do.
        "sequence": f"{sequence:012d}",
        "traceparent": traceparent,
    }
    if tracestate:
        head["tracestate"] = tracestate
    return orjson.dumps(head)[:-1] + b',"data":' + event.model_dump_json().encode() + b"}"


def told_in(raw: bytes, name: str) -> str:
    """A word of the head of an envelope that `wrap` made, found without reading all of it; empty when it has none."""
    # The head comes first, and nothing in it can hold a quotation mark.
    before, found, rest = raw.partition(f'"{name}":"'.encode())
    return rest[: rest.index(b'"')].decode() if found and b'"data":' not in before else ""


def type_of(envelope: dict[str, Any]) -> str:
    """The event type an envelope names."""
    return str(envelope.get("type", ""))


def read_envelope(raw: bytes) -> dict[str, Any]:
    """The envelope as a mapping. Raises Undecodable when the bytes are no CloudEvent of ours."""
    try:
        envelope = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Undecodable(f"not JSON: {error}") from error
    if not isinstance(envelope, dict) or not {"id", "type", "subject", "sequence", "time", "data"} <= envelope.keys():
        raise Undecodable("not a CloudEvents envelope with id, type, subject, sequence, time and data")
    return envelope


def unwrap(envelope: dict[str, Any], event: type[E]) -> Heard[E]:
    """The event in an envelope. Raises Undecodable when it does not fit the model."""
    try:
        return Heard(
            id=UUID(envelope["id"]),
            subject=UUID(envelope["subject"]),
            sequence=int(envelope["sequence"]),
            time=datetime.fromisoformat(envelope["time"]),
            traceparent=str(envelope.get("traceparent", "")),
            tracestate=str(envelope.get("tracestate", "")),
            data=event.model_validate(envelope["data"]),
        )
    except (ValidationError, ValueError, TypeError) as error:
        raise Undecodable(f"{event.TYPE}: {error}") from error
