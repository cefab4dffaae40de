"""How a condition is described in OpenAPI; which value fits which property no document says, but `check.py`. Pure."""

from __future__ import annotations

from typing import Any, get_args

from ticket_svc.conditions.check import DEEPEST, MOST_TERMS
from ticket_svc.conditions.model import Operator
from ticket_svc.conditions.subjects import OWN, PREFIX


def _term() -> dict[str, Any]:
    names = "|".join(("type", *OWN))
    return {
        "type": "object",
        "required": ["field", "operator"],
        "additionalProperties": False,
        "properties": {
            "field": {"type": "string", "pattern": f"^({names}|{PREFIX.replace('.', '[.]')}[a-z][a-z0-9_]*)$"},
            "operator": {"type": "string", "enum": list(get_args(Operator))},
            "value": {
                "description": "What fits the field and the operator; a list for `in`, `has_any` and their like."
            },
        },
    }


def _group(levels: int) -> dict[str, Any]:
    part = {"anyOf": [_term(), _group(levels - 1)]} if levels > 1 else _term()
    parts = {"type": "array", "minItems": 1, "maxItems": MOST_TERMS, "items": part}
    forms = [
        {"type": "object", "required": [name], "additionalProperties": False, "properties": {name: parts}}
        for name in ("all", "any")
    ]
    return {"anyOf": forms}


SCHEMA: dict[str, Any] = {**_group(DEEPEST), "description": "Groups of terms: all of them must hold, or any."}
"""The JSON Schema of a condition."""
