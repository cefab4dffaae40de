"""An event as the live stream shows it. Pure.

It is the CloudEvent that the bus carries, byte for byte, but for what only its addressee may see: with the link of a
survey anybody could answer in the customer's name.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import orjson

from common.contracts.base import Undecodable, read_envelope, type_of

_NOT_SHOWN = {"survey.sent": ("link",)}


@dataclass(frozen=True, slots=True)
class Fact:
    """One event, ready to be sent to any number of viewers."""

    id: str
    type: str
    frame: bytes
    """The event as a server-sent event."""

    def is_wanted(self, types: Collection[str]) -> bool:
        """Whether a viewer who asked for `types` (names, or beginnings like `ticket.*`) wants it; none asks for all."""
        if not types or self.type in types:
            return True
        return f"{self.type.partition('.')[0]}.*" in types


def read_fact(raw: bytes) -> Fact | None:
    """The event in `raw`, or None when it cannot be read."""
    try:
        envelope = read_envelope(raw)
    except Undecodable:
        return None
    kind, event_id = type_of(envelope), str(envelope["id"])
    if kind in _NOT_SHOWN:
        data = {name: value for name, value in envelope["data"].items() if name not in _NOT_SHOWN[kind]}
        raw = orjson.dumps({**envelope, "data": data})
    return Fact(event_id, kind, frame(raw, event_id=event_id))


def frame(data: bytes, *, event_id: str = "", event: str = "") -> bytes:
    """A server-sent event (WHATWG HTML, section 9.2). `data` must be one line, as JSON without indentation is."""
    head = (f"id: {event_id}\n" if event_id else "") + (f"event: {event}\n" if event else "")
    return head.encode() + b"data: " + data + b"\n\n"


RECONNECT = frame(b"{}", event="reconnect")
"""This process is about to stop: connect again, another one answers."""

RESET = frame(b"{}", event="reset")
"""The stream cannot be continued where the viewer left it: read the present state, then go on from here."""

PRESENCE = "presence"
"""What a viewer asks for by this name only: who is at which ticket. It is no event, and is not remembered."""


def presence_fact(people: bytes) -> Fact:
    """Who is at a ticket now, as the stream shows it."""
    return Fact("", PRESENCE, frame(people, event=PRESENCE))


HEARTBEAT = b": still here\n\n"
RETRY = b"retry: 1000\n\n"
