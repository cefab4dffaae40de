"""Which values the survivor has."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ticket_svc.joining.keep import given_back, shown, takes, with_taken

ROW: dict[str, Any] = {"name": "a", "language": "zh", "tier": "standard", "organisation_id": None, "attributes": {}}

rows = st.fixed_dictionaries(
    {
        "name": st.sampled_from("ab"),
        "language": st.sampled_from(("zh", "en")),
        "tier": st.sampled_from(("standard", "silver", "gold", "vip")),
        "organisation_id": st.none() | st.sampled_from("xy"),
        "attributes": st.dictionaries(st.sampled_from("pqr"), st.integers(0, 3)),
    }
)


def test_survivors_own_values_stay_and_gaps_are_filled() -> None:
    survivor = {**ROW, "attributes": {"plan": "pro"}}
    merged = {**ROW, "name": "b", "organisation_id": "x", "attributes": {"plan": "basic", "city": "上海"}}
    assert with_taken(survivor, takes(survivor, merged)) == {
        "organisation_id": "x",
        "attributes": {"plan": "pro", "city": "上海"},
    }


def test_the_person_has_the_higher_tier() -> None:
    assert with_taken(ROW, takes(ROW, {**ROW, "tier": "vip"})) == {"tier": "vip"}
    assert takes({**ROW, "tier": "gold"}, {**ROW, "tier": "silver"}) == {}


def test_what_was_changed_since_is_the_survivors_own() -> None:
    taken = takes(ROW, {**ROW, "tier": "gold", "attributes": {"city": "上海"}})
    after = {**ROW, **with_taken(ROW, taken), "tier": "vip"}
    assert given_back(after, taken) == {"attributes": {}}


def test_the_survivors_own_address_is_shown() -> None:
    assert (shown("own", "other"), shown(None, "other"), shown(None, None)) == ("own", "other", None)


@given(rows, rows)
def test_merged_and_undone_nothing_has_changed(survivor: dict[str, Any], merged: dict[str, Any]) -> None:
    taken = takes(survivor, merged)
    after = {**survivor, **with_taken(survivor, taken)}
    assert {**after, **given_back(after, taken)} == survivor


@given(rows, rows)
def test_no_value_of_the_survivors_is_lost_by_a_merge(survivor: dict[str, Any], merged: dict[str, Any]) -> None:
    after = {**survivor, **with_taken(survivor, takes(survivor, merged))}
    assert (after["name"], after["language"]) == (survivor["name"], survivor["language"])
    assert after["attributes"] | survivor["attributes"] == after["attributes"]
    assert after["attributes"].keys() == survivor["attributes"].keys() | merged["attributes"].keys()
    assert survivor["organisation_id"] is None or after["organisation_id"] == survivor["organisation_id"]
