"""What those see who may not know how a customer can be reached: enough to tell people apart. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ticket_svc.customers.identity import EMAIL, PHONE

PERSONAL = "customers:personal"
"""The permission to see how a customer can be reached."""

_HIDDEN = "***"


def mask_email(email: str) -> str:
    """`w***@example.com`."""
    name, _, domain = email.rpartition("@")
    return f"{name[:1]}{_HIDDEN}@{domain}"


def mask_phone(phone: str) -> str:
    """`138****8000`, with the country before it where it is known; of a short number only the last two digits."""
    country = "+86" if phone.startswith("+86") else ""
    digits = phone.removeprefix(country)
    if len(digits) < 9:
        return f"****{digits[-2:]}"
    return f"{country}{digits[:3]}****{digits[-4:]}"


def mask_identity(kind: str, value: str) -> str:
    """An identity so that nobody can be reached by it. The id in the organisation's own systems is no secret."""
    if kind == "external_id":
        return value
    if kind == "email":
        return mask_email(value)
    return mask_phone(value) if kind in ("phone", "whatsapp") else f"{value[:2]}{_HIDDEN}"


def mask_name(name: str) -> str:
    """A customer who told no name is called by their address or number: that is masked, a name is not."""
    if re.match(EMAIL, name):
        return mask_email(name)
    return mask_phone(name) if re.match(PHONE, name) else name


def mask_attributes(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes without what was written in words: an address may stand in any of them."""
    return {key: _HIDDEN if isinstance(value, str) else value for key, value in attributes.items()}


def mask_row(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A customer's row as those see it who may not reach them."""
    masked = dict(row)
    masked["name"] = mask_name(row["name"])
    masked["email"] = mask_email(row["email"]) if row["email"] else None
    masked["phone"] = mask_phone(row["phone"]) if row["phone"] else None
    masked["attributes"] = mask_attributes(row["attributes"])
    return masked


def mask_step(data: Mapping[str, Any]) -> dict[str, Any]:
    """What a step of a customer's trail says, with identities masked and values of words hidden."""
    kind = data.get("kind")
    if isinstance(kind, str) and isinstance(data.get("value"), str):
        return {**data, "value": mask_identity(kind, data["value"])}
    return {name: _hidden(name, value) for name, value in data.items()}


_PERSONAL = frozenset({"name", "email", "phone", "attributes", "merged_name", "survivor_name"})


def _hidden(name: str, value: Any) -> Any:
    if name not in _PERSONAL or value is None:
        return value
    return mask_name(value) if isinstance(value, str) else _HIDDEN
