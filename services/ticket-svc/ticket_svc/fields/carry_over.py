"""What another ticket takes over of a ticket's type and fields: what would be accepted today. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ticket_svc.fields.accept import accept_new
from ticket_svc.fields.definitions import DEFAULT_TYPE, Definitions


def carried_over(definitions: Definitions, type_key: str, values: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The type, or the default one where it is no longer used, and the values that its form still takes.

    Nobody is there to correct the rest: so it is left behind, and refuses nobody's message.
    """
    known = definitions.types.get(type_key)
    key = type_key if known and known.active else DEFAULT_TYPE
    return key, {name: value for name, value in values.items() if _is_taken(definitions, key, name, value)}


def _is_taken(definitions: Definitions, type_key: str, name: str, value: Any) -> bool:
    return not accept_new(definitions, type_key, {name: value}, form_was_shown=False).faults
