"""The envelope's JSON Schema: CloudEvents 1.0 as `base.wrap` writes it."""

from __future__ import annotations

from typing import Any

_WORD = {"type": "string", "minLength": 1}
_UUID = {"type": "string", "format": "uuid"}

ENVELOPE: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "urn:kefu:schema:envelope:1",
    "title": "Envelope",
    "description": "CloudEvents 1.0 in structured JSON, with the extensions partitionkey, sequence and traceparent.",
    "type": "object",
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {**_UUID, "description": "UUIDv7. The same id is the same event, however often it arrives."},
        "source": {**_WORD, "format": "uri-reference", "description": "/kefu/<owner>"},
        "type": {**_WORD, "description": "What happened: noun.verbed"},
        "subject": {**_UUID, "description": "The aggregate it is about."},
        "time": {"type": "string", "format": "date-time", "description": "When it was said, in UTC."},
        "datacontenttype": {"const": "application/json"},
        "dataschema": {**_WORD, "format": "uri", "description": "urn:kefu:schema:<type>:<version>"},
        "partitionkey": {**_UUID, "description": "The subject: events of one subject keep their order."},
        "sequence": {
            "type": "string",
            "pattern": "^[0-9]{12,}$",
            "description": "The subject's version that the event made; it grows with each event of the subject.",
        },
        "traceparent": {"type": "string", "description": "W3C Trace Context; empty when nothing was traced."},
        "tracestate": {"type": "string", "description": "W3C Trace Context, where other systems have something in it."},
        "data": {"type": "object", "description": "See the schema that dataschema names."},
    },
    "required": [
        "specversion",
        "id",
        "source",
        "type",
        "subject",
        "time",
        "datacontenttype",
        "dataschema",
        "partitionkey",
        "sequence",
        "data",
    ],
}
