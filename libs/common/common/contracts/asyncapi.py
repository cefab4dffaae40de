"""The AsyncAPI 3.0 document: which topics there are, who says what on them, and what it looks like."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from common.bus import PARTITIONS
from common.contracts.base import Event

CONTENT_TYPE = "application/cloudevents+json"


def document(events: Sequence[type[Event]]) -> dict[str, Any]:
    """The document about `events`; their payloads are the schema files beside it."""
    by_owner: dict[str, list[type[Event]]] = {}
    for event in sorted(events, key=lambda event: (event.OWNER, event.TYPE)):
        by_owner.setdefault(event.OWNER, []).append(event)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Kefu events",
            "version": "1",
            "description": "Facts in the past tense, as CloudEvents. Delivered at least once, in order per subject; "
            "the same bytes go to webhooks. Changes are additive only.",
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {owner: _channel(owner, said) for owner, said in by_owner.items()},
        "operations": {f"say.{owner}": _operation(owner, said) for owner, said in by_owner.items()},
        "components": {"messages": {event.TYPE: _message(event) for event in events}},
    }


def _channel(owner: str, said: Sequence[type[Event]]) -> dict[str, Any]:
    topic = f"kefu.{owner}"
    return {
        "address": topic,
        "title": f"What {owner} says",
        "messages": {event.TYPE: {"$ref": f"#/components/messages/{event.TYPE}"} for event in said},
        "bindings": {"kafka": {"topic": topic, "partitions": PARTITIONS, "bindingVersion": "0.5.0"}},
    }


def _operation(owner: str, said: Sequence[type[Event]]) -> dict[str, Any]:
    messages = [{"$ref": f"#/channels/{owner}/messages/{event.TYPE}"} for event in said]
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{owner}"},
        "summary": f"{owner} tells what happened.",
        "messages": messages,
    }


def _message(event: type[Event]) -> dict[str, Any]:
    payload = {
        "allOf": [
            {"$ref": "schemas/envelope.v1.json"},
            {
                "type": "object",
                "properties": {
                    "type": {"const": event.TYPE},
                    "source": {"const": f"/kefu/{event.OWNER}"},
                    "data": {"$ref": f"schemas/{event.TYPE}.v1.json"},
                },
            },
        ]
    }
    return {
        "name": event.TYPE,
        "title": event.__name__,
        "summary": " ".join((event.__doc__ or "").split()),
        "contentType": CONTENT_TYPE,
        "payload": payload,
        "bindings": {
            "kafka": {
                "key": {"type": "string", "format": "uuid", "description": "The subject."},
                "bindingVersion": "0.5.0",
            }
        },
    }
