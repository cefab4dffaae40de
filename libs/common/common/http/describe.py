"""The OpenAPI document, put right where FastAPI cannot say what we mean.

It files every described error under the route's own media type, and knows no header that is required but whose absence
is answered by something else than 422.
"""

from __future__ import annotations

from typing import Any

from common.http.problems import MEDIA_TYPE, ProblemDocument

MUST = "x-required"
"""Marks the schema of a header that must be sent."""

_REFERENCE = {"$ref": f"#/components/schemas/{ProblemDocument.__name__}"}


def put_right(document: dict[str, Any]) -> dict[str, Any]:
    """The document with problem documents under `application/problem+json` and required headers so named; in place."""
    for operations in document.get("paths", {}).values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                if parameter.get("schema", {}).pop(MUST, False):
                    parameter["required"] = True
            for response in operation.get("responses", {}).values():
                _put_right(response.get("content", {}))
    return document


def _put_right(content: dict[str, Any]) -> None:
    described = [kind for kind, media in content.items() if media.get("schema") == _REFERENCE]
    for kind in described:
        # A route that shows pages may answer an error with one.
        if kind == "text/html":
            content[kind] = {"schema": {"type": "string"}}
        else:
            del content[kind]
        content[MEDIA_TYPE] = {"schema": _REFERENCE}
