"""Whether a condition is one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_svc.conditions.check import DEEPEST, MOST_BYTES, MOST_TERMS, check
from ticket_svc.fields.definitions import Definitions

OPEN = {"field": "status", "operator": "is", "value": "open"}


def wrong(known: Definitions, wanted: Any) -> list[tuple[str, str]]:
    """Where what is wrong with a condition."""
    return [(fault.pointer.removeprefix("/conditions"), fault.code) for fault in check(wanted, known).faults]


def test_whatever_fits_its_operator_is_a_condition(known: Definitions, conditions: Any) -> None:
    @given(conditions)
    def holds(wanted: dict[str, Any]) -> None:
        checked = check(wanted, known)
        assert (checked.faults, checked.condition is not None) == ((), True)
        assert check(json.loads(json.dumps(wanted)), known) == checked

    holds()


@pytest.mark.parametrize("wanted", [None, [], "status", {}, {"all": [OPEN], "any": [OPEN]}, {"not": [OPEN]}, OPEN])
def test_what_is_no_group_is_no_condition(known: Definitions, wanted: Any) -> None:
    assert wrong(known, wanted) == [("", "not_a_group")]


@pytest.mark.parametrize("parts", [[], {}, None, [OPEN] * (MOST_TERMS + 1)])
def test_a_group_has_some_parts_and_not_too_many(known: Definitions, parts: Any) -> None:
    assert wrong(known, {"any": parts}) == [("/any", "not_a_group")]


def test_every_fault_is_named_where_it_stands(known: Definitions) -> None:
    wanted = {
        "all": [
            {"field": "colour", "operator": "is", "value": 1},
            {"field": "status", "operator": "like", "value": "open"},
            {"any": [OPEN, {"field": "status", "operator": "in", "value": ["open", "lost"]}, 7]},
            {"field": "fields.what", "operator": "is", "value": 1},
            {"field": "fields.old", "operator": "is", "value": "x"},
            {**OPEN, "sql": "1=1"},
        ]
    }
    assert wrong(known, wanted) == [
        ("/all/0/field", "unknown_subject"),
        ("/all/1/operator", "unknown_operator"),
        ("/all/2/any/1/value/1", "wrong_value"),
        ("/all/2/any/2", "not_a_term"),
        ("/all/3/field", "unknown_field"),
        ("/all/4/field", "inactive_field"),
        ("/all/5", "not_a_term"),
    ]


def test_groups_stand_three_deep_and_terms_are_counted_in_all_of_them(known: Definitions) -> None:
    nested: dict[str, Any] = {"all": [OPEN]}
    for _ in range(DEEPEST - 1):
        nested = {"any": [nested]}
    assert wrong(known, nested) == []
    assert wrong(known, {"all": [nested]}) == [("/all/0/any/0/any/0", "too_deep")]
    half = {"all": [OPEN] * (MOST_TERMS // 2 + 1)}
    assert wrong(known, {"any": [half, half]}) == [("", "too_many")]


def test_a_condition_has_an_end(known: Definitions) -> None:
    topics = [f"{number:0300}" for number in range(100)]
    term = {"field": "topic", "operator": "in", "value": topics}
    assert wrong(known, {"any": [term] * (MOST_BYTES // 30_000 + 1)}) == [("", "too_large")]


@pytest.mark.parametrize(
    ("field", "operator", "value", "place"),
    [
        ("status", "is", "lost", ""),
        ("status", "is", ["open"], ""),
        ("status", "in", "open", ""),
        ("status", "in", [], ""),
        ("status", "in", ["open"] * 101, ""),
        ("type", "is", "unheard_of", ""),
        ("topic", "is", "a\0b", ""),
        ("topic", "is", "half \ud800", ""),
        ("topic", "is_empty", True, ""),
        ("agent_id", "is", "somebody", ""),
        ("agent_id", "in", ["me", 7], "/1"),
        ("tags", "has_any", ["x" * 60], "/0"),
        ("breached", "is", "yes", ""),
        ("breached", "is", 1, ""),
        ("opened_at", "before", "2026-03-16T09:00:00", ""),
        ("opened_at", "before", "0001-01-01T00:00:00Z", ""),
        ("opened_at", "before", {"ago": {"hours": -1}}, ""),
        ("opened_at", "before", {"ago": {"hours": True}}, ""),
        ("opened_at", "before", {"ago": {"years": 1}}, ""),
        ("opened_at", "before", {"ago": {"days": 10**7}}, ""),
        ("opened_at", "on", {"day": "someday", "zone": "UTC"}, "/day"),
        ("opened_at", "on", {"day": "today", "zone": "Mars/Olympus"}, "/zone"),
        ("opened_at", "on", {"day": "today"}, ""),
        ("fields.amount", "at_least", "7", ""),
        ("fields.amount", "is", float("inf"), ""),
        ("fields.bought", "before", "2026-02-30", ""),
        ("fields.colour", "is", "pink", ""),
        ("fields.region", "under", ["cn", "us"], ""),
        ("fields.region", "under", [], ""),
        ("fields.region", "under", [{}], ""),
        ("fields.gift", "is", "true", ""),
        ("fields.note", "contains", "", ""),
    ],
)
def test_a_value_that_does_not_fit_is_named(
    known: Definitions, field: str, operator: str, value: Any, place: str
) -> None:
    wanted = {"all": [{"field": field, "operator": operator, "value": value}]}
    assert wrong(known, wanted) == [(f"/all/0/value{place}", "wrong_value")]


def test_a_choice_that_is_no_longer_offered_can_be_asked_for(known: Definitions) -> None:
    for field, operator, value in (
        ("colour", "is", "green"),
        ("colours", "has_any", ["green"]),
        ("region", "under", ["cn", "bj"]),
    ):
        assert wrong(known, {"all": [{"field": f"fields.{field}", "operator": operator, "value": value}]}) == []


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["all", "any", "field", "operator", "value", "ago", "day"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@given(ANYTHING)
def test_whatever_is_sent_is_judged_and_breaks_nothing(wanted: Any) -> None:
    checked = check(wanted, Definitions(edition=None, types={}, fields={}))  # type: ignore[arg-type]  # not looked at
    assert (checked.condition is None) == bool(checked.faults)
