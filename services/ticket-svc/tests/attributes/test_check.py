"""Whether values fit what was declared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_svc.attributes.check import Declared, Value, changed, wrong_values

DECLARED = {
    "city": Declared("text"),
    "orders": Declared("number"),
    "since": Declared("date"),
    "staff": Declared("boolean"),
    "plan": Declared("choice", ("basic", "pro")),
}


@pytest.mark.parametrize(
    "values",
    [
        {"city": "上海", "orders": 3, "since": "2026-02-28", "staff": True, "plan": "pro"},
        {"orders": 0.5, "staff": False},
        {"city": None, "orders": None, "since": None, "staff": None, "plan": None},
        {},
    ],
)
def test_what_fits_is_taken(values: dict[str, Value]) -> None:
    assert wrong_values(values, DECLARED) == []


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("colour", "red", "unknown_attribute"),
        ("colour", None, "unknown_attribute"),
        ("city", 3, "wrong_type"),
        ("orders", "3", "wrong_type"),
        ("orders", True, "wrong_type"),
        ("since", "2026-02-30", "wrong_type"),
        ("since", "20260228", "wrong_type"),
        ("since", "2026-02-28T00:00", "wrong_type"),
        ("staff", 1, "wrong_type"),
        ("staff", "true", "wrong_type"),
        ("plan", "gold", "not_a_choice"),
        ("plan", True, "not_a_choice"),
    ],
)
def test_what_does_not_fit_is_named(key: str, value: Value, code: str) -> None:
    found = wrong_values({"city": "x", key: value}, DECLARED)
    assert [(one.key, one.code) for one in found] == [(key, code)]


values = st.dictionaries(st.sampled_from("abcde"), st.none() | st.integers() | st.booleans())


@given(values, values)
def test_a_change_touches_only_what_it_names(present: dict[str, Value], wanted: dict[str, Value]) -> None:
    after = changed(present, wanted)
    assert None not in after.values()
    for key in present.keys() | wanted.keys():
        assert after.get(key) == (wanted[key] if key in wanted else present[key])
