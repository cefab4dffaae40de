"""Whether values may stand on a ticket."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_svc.fields.accept import LARGEST, LONGEST, WrongValue, accept_change, accept_new, accept_value, is_storable
from ticket_svc.fields.definitions import Choice, Definitions, Field, FormField, TicketType

REGIONS = (
    Choice("cn", choices=(Choice("shanghai", choices=(Choice("pudong"),)), Choice("beijing", active=False))),
    Choice("us"),
)
COLOURS = (Choice("red"), Choice("blue"), Choice("green", active=False))
FIELDS = {
    "note": Field("note", "text"),
    "amount": Field("amount", "number"),
    "bought": Field("bought", "date"),
    "gift": Field("gift", "boolean"),
    "colour": Field("colour", "choice", COLOURS),
    "colours": Field("colours", "multi_choice", COLOURS),
    "region": Field("region", "cascade", REGIONS),
    "old": Field("old", "text", active=False),
    "elsewhere": Field("elsewhere", "text"),
}
FORM = tuple(FormField(FIELDS[key]) for key in ("amount", "bought", "gift", "colour", "colours", "region"))
KNOWN = Definitions(
    UUID(int=7),
    {
        "request": TicketType("request"),
        "return": TicketType("return", form=(FormField(FIELDS["note"], required_on_create=True), *FORM)),
        "simple": TicketType("simple", form=(FormField(FIELDS["note"], required_on_create=True, default="-"),)),
        "gone": TicketType("gone", active=False),
    },
    FIELDS,
)


def faults(type_key: str, given: dict[str, Any], *, shown: bool = True) -> list[tuple[str, str]]:
    """Where what is wrong with a new ticket."""
    found = accept_new(KNOWN, type_key, given, form_was_shown=shown).faults
    return [(fault.pointer, fault.code) for fault in found]


@pytest.mark.parametrize(
    ("key", "value", "stored"),
    [
        ("note", " A-7 ", "A-7"),
        ("amount", 12, 12),
        ("amount", 12.5, 12.5),
        ("amount", 12.0, 12),
        ("bought", "2026-02-28", "2026-02-28"),
        ("gift", False, False),
        ("colour", "red", "red"),
        ("colours", ["blue", "red", "blue"], ["red", "blue"]),
        ("colours", [], None),
        ("region", ["cn", "shanghai", "pudong"], ["cn", "shanghai", "pudong"]),
        ("region", ["cn"], ["cn"]),
    ],
)
def test_a_value_of_the_kind_is_stored_in_one_form(key: str, value: Any, stored: Any) -> None:
    assert accept_value(FIELDS[key], value) == stored


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("note", 7, "wrong_kind"),
        ("note", "  ", "wrong_text"),
        ("note", "a\0b", "wrong_text"),
        ("note", "half \ud800", "wrong_text"),
        ("note", "x" * (LONGEST + 1), "wrong_text"),
        ("amount", "7", "wrong_kind"),
        ("amount", True, "wrong_kind"),
        ("amount", float("nan"), "out_of_range"),
        ("amount", LARGEST + 1, "out_of_range"),
        ("bought", "2026-02-30", "wrong_date"),
        ("bought", "20260228", "wrong_kind"),
        ("bought", "２０２６-02-28", "wrong_kind"),
        ("gift", 1, "wrong_kind"),
        ("gift", "true", "wrong_kind"),
        ("colour", "pink", "unknown_choice"),
        ("colour", "green", "inactive_choice"),
        ("colour", ["red"], "wrong_kind"),
        ("colours", "red", "wrong_kind"),
        ("colours", ["red", 1], "wrong_kind"),
        ("colours", ["red", "green"], "inactive_choice"),
        ("region", [], "wrong_kind"),
        ("region", ["cn", "pudong"], "unknown_choice"),
        ("region", ["us", "shanghai"], "unknown_choice"),
        ("region", ["cn", "beijing"], "inactive_choice"),
        ("region", ["cn", {}], "wrong_kind"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_its_kind(key: str, value: Any, code: str) -> None:
    with pytest.raises(WrongValue) as wrong:
        accept_value(FIELDS[key], value)
    assert wrong.value.code == code


def test_every_fault_of_a_new_ticket_is_named_at_its_field() -> None:
    given = {"what": 1, "old": "x", "elsewhere": "x", "amount": "x", "colour": "red"}
    assert faults("return", given) == [
        ("/fields/what", "unknown_field"),
        ("/fields/old", "inactive_field"),
        ("/fields/elsewhere", "not_in_form"),
        ("/fields/amount", "wrong_kind"),
        ("/fields/note", "missing_field"),
    ]


def test_a_type_that_is_not_there_or_no_longer_used_is_refused() -> None:
    assert faults("nothing", {}) == [("/type", "unknown_type")]
    assert faults("gone", {}) == [("/type", "inactive_type")]


def test_what_is_required_is_missed_only_where_a_form_was_shown() -> None:
    assert faults("return", {}) == [("/fields/note", "missing_field")]
    assert faults("return", {}, shown=False) == []


def test_a_default_stands_in_for_what_was_not_mentioned_and_not_for_what_was_left_empty() -> None:
    assert accept_new(KNOWN, "simple", {}, form_was_shown=True).values == {"note": "-"}
    assert accept_new(KNOWN, "simple", {"note": "x"}, form_was_shown=True).values == {"note": "x"}
    assert faults("simple", {"note": None}) == [("/fields/note", "missing_field")]


def test_a_change_merges_and_null_takes_away() -> None:
    present = {"note": "x", "amount": 3}
    filled = accept_change(KNOWN, "return", {"amount": None, "gift": True}, present=present, new_type=False)
    assert (filled.values, filled.faults) == ({"note": "x", "gift": True}, ())


def test_what_a_ticket_holds_is_not_judged_again() -> None:
    present = {"old": "x", "colour": "green", "elsewhere": "y"}
    again = accept_change(KNOWN, "return", {**present, "amount": 1}, present=present, new_type=False)
    assert (again.faults, again.values) == ((), {**present, "amount": 1})
    other = accept_change(KNOWN, "return", {"old": "z"}, present=present, new_type=False)
    assert [fault.code for fault in other.faults] == ["inactive_field"]
    assert accept_change(KNOWN, "return", {"old": None}, present=present, new_type=False).values.keys() == {
        "colour",
        "elsewhere",
    }


def test_a_required_field_is_not_emptied_but_old_tickets_without_it_are_changed_freely() -> None:
    emptied = accept_change(KNOWN, "return", {"note": None}, present={"note": "x"}, new_type=False)
    assert [(fault.pointer, fault.code) for fault in emptied.faults] == [("/fields/note", "missing_field")]
    assert accept_change(KNOWN, "return", {"amount": 1}, present={}, new_type=False).faults == ()


def test_a_new_type_asks_for_what_its_form_requires_and_leaves_what_it_does_not_have() -> None:
    asked = accept_change(KNOWN, "return", {}, present={"elsewhere": "x"}, new_type=True)
    assert [fault.pointer for fault in asked.faults] == ["/fields/note"]
    given_ = accept_change(KNOWN, "return", {"note": "n"}, present={"elsewhere": "x"}, new_type=True)
    assert (given_.faults, given_.values) == ((), {"elsewhere": "x", "note": "n"})


def test_the_values_of_a_ticket_have_an_end() -> None:
    fields = {f"f{n}": Field(f"f{n}", "text") for n in range(40)}
    form = tuple(FormField(field) for field in fields.values())
    known = Definitions(UUID(int=1), {"big": TicketType("big", form=form)}, fields)
    filled = accept_new(known, "big", dict.fromkeys(fields, "长" * LONGEST), form_was_shown=True)
    assert [(fault.pointer, fault.code) for fault in filled.faults] == [("/fields", "too_large")]


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.sampled_from(["red", "cn"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)


@given(st.sampled_from(sorted(FIELDS)), ANY)
def test_whatever_is_given_is_stored_or_refused_and_what_is_stored_is_accepted_again(key: str, value: Any) -> None:
    try:
        stored = accept_value(FIELDS[key], value)
    except WrongValue:
        return
    assert stored is None or accept_value(FIELDS[key], stored) == stored


@given(st.dictionaries(st.sampled_from([*FIELDS, "what"]), ANY, max_size=6))
def test_a_ticket_never_holds_what_was_refused(given_: dict[str, Any]) -> None:
    filled = accept_new(KNOWN, "return", given_, form_was_shown=False)
    refused = {fault.pointer.removeprefix("/fields/") for fault in filled.faults}
    assert not refused & filled.values.keys()
    assert filled.values.keys() <= {one.field.key for one in KNOWN.form("return")}


@given(st.text())
def test_what_can_be_stored_has_bytes_and_none_is_nul(text: str) -> None:
    assert is_storable(text) == ("\0" not in text)
