"""How a condition is described in OpenAPI; which value fits which property no document says, but `check.py`. Pure."""

from __future__ import annotations

from typing import Any, get_args

from ticket_svc.conditions.check import DEEPEST, MOST_TERMS
from ticket_svc.conditions.model import Operator
from ticket_svc.conditions.subjects import OWN, PREFIX

_NAMES = "|".join(("type", *OWN))
_PARTS: dict[str, Any] = {
    "type": "array",
    "minItems": 1,
    "maxItems": MOST_TERMS,
    "items": {
        "type": "object",
        "description": f"A term (field, operator, value), or a group again (all or any), {DEEPEST} deep at most.",
        "properties": {
            "field": {"type": "string", "pattern": f"^({_NAMES}|{PREFIX.replace('.', '[.]')}[a-z][a-z0-9_]*)$"},
            "operator": {"type": "string", "enum": list(get_args(Operator))},
            "value": {
                "description": "What fits the field and the operator; a list for `in`, `has_any` and their like."
            },
            "all": {"type": "array"},
            "any": {"type": "array"},
        },
    },
}
SCHEMA: dict[str, Any] = {
    "description": "All of the parts must hold, or any.",
    "anyOf": [
        {"type": "object", "required": [name], "additionalProperties": False, "properties": {name: _PARTS}}
        for name in ("all", "any")
    ],
}
"""The JSON Schema of a condition."""
