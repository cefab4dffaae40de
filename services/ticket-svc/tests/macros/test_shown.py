"""A custom field's value in words."""

from __future__ import annotations

from typing import Any

import pytest

from common.contracts.tickets import Language
from ticket_svc.fields.definitions import Kind
from ticket_svc.macros.shown import shown

CHOICES: list[dict[str, Any]] = [
    {"key": "red", "label": {"zh": "红", "en": "red one"}, "active": True, "choices": []},
    {
        "key": "blue",
        "label": {"zh": "蓝", "en": "blue one"},
        "active": False,
        "choices": [{"key": "sky", "label": {"zh": "天蓝", "en": "sky"}, "active": True, "choices": []}],
    },
]


@pytest.mark.parametrize(
    ("kind", "value", "language", "expected"),
    [
        ("text", "A-7", "zh", "A-7"),
        ("number", 7, "en", "7"),
        ("number", 2.5, "en", "2.5"),
        ("date", "2026-03-16", "zh", "2026-03-16"),
        ("boolean", True, "zh", "是"),
        ("boolean", False, "en", "no"),
        ("choice", "blue", "zh", "蓝"),
        ("choice", "gone", "zh", "gone"),
        ("multi_choice", ["red", "blue"], "zh", "红、蓝"),
        ("multi_choice", ["red", "blue"], "en", "red one, blue one"),
        ("cascade", ["blue", "sky"], "en", "blue one / sky"),
        ("cascade", ["gone", "sky"], "en", "gone / sky"),
    ],
)
def test_people_read_labels_and_not_keys(kind: Kind, value: Any, language: Language, expected: str) -> None:
    assert shown(kind, value, CHOICES, language) == expected
