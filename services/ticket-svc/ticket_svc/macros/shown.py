"""A custom field's value in words, as people of a language read it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from common.contracts.tickets import Language
from ticket_svc.fields.definitions import Kind
from ticket_svc.macros.messages import BELOW, BETWEEN, YES_NO

Choices = Sequence[Mapping[str, Any]]
"""Choices as they are stored, with their labels."""


def shown(kind: Kind, value: Any, choices: Choices, language: Language) -> str:
    """The value in words. A choice is called by its label, also when it is no longer offered."""
    if kind == "boolean":
        return YES_NO[language][0 if value else 1]
    if kind == "choice":
        return _label(choices, value, language)
    if kind == "multi_choice":
        return BETWEEN[language].join(_label(choices, key, language) for key in value)
    return BELOW.join(_path(choices, value, language)) if kind == "cascade" else str(value)


def _path(choices: Choices, keys: Sequence[str], language: Language) -> list[str]:
    words = []
    for key in keys:
        words.append(_label(choices, key, language))
        choices = (_of_key(choices, key) or {}).get("choices") or ()
    return words


def _label(choices: Choices, key: str, language: Language) -> str:
    found = _of_key(choices, key)
    return str(found["label"][language]) if found else key


def _of_key(choices: Choices, key: str) -> Mapping[str, Any] | None:
    return next((one for one in choices if one["key"] == key), None)
