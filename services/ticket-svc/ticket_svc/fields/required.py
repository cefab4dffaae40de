"""Which fields of a form are still missing: on opening a ticket, and on resolving it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ticket_svc.fields.definitions import FormField

_WITHOUT_A_FORM = frozenset({"email", "chat", "wechat", "import"})


def form_is_shown(channel: str) -> bool:
    """Whether who opens a ticket in this channel fills in a form: a mail is not refused for want of a field."""
    return channel not in _WITHOUT_A_FORM


def missing_on_create(form: Sequence[FormField], values: Mapping[str, Any]) -> list[str]:
    """The keys that opening a ticket requires and that have no value."""
    return [one.field.key for one in form if one.required_on_create and one.field.key not in values]


def missing_on_resolve(form: Sequence[FormField], values: Mapping[str, Any]) -> list[str]:
    """The keys that resolving a ticket requires and that have no value."""
    return [one.field.key for one in form if one.required_on_resolve and one.field.key not in values]
