"""What becomes of choices."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ticket_svc.fields.choices import DEEPEST, MOST, choice_faults, kept
from ticket_svc.fields.definitions import choices_from, paths


def choice(key: str, *below: dict[str, Any], active: bool = True) -> dict[str, Any]:
    """A choice as it is stored."""
    return {"key": key, "label": {"zh": key, "en": key}, "active": active, "choices": list(below)}


KEYS = st.sampled_from("abcd")
TREES = st.recursive(
    st.lists(KEYS, unique=True, max_size=4).map(lambda keys: [choice(key) for key in keys]),
    lambda inner: st.dictionaries(KEYS, inner, max_size=3).map(
        lambda found: [choice(key, *below) for key, below in found.items()]
    ),
    max_leaves=8,
)


def all_paths(stored: list[dict[str, Any]]) -> set[tuple[str, ...]]:
    """Every path through stored choices."""
    return set(paths(choices_from(stored)))


@given(TREES, TREES)
def test_nothing_that_was_offered_is_forgotten(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> None:
    after = kept(old, new)
    assert all_paths(after) == all_paths(old) | all_paths(new)


@given(TREES, TREES)
def test_what_the_new_list_leaves_out_is_no_longer_offered(
    old: list[dict[str, Any]], new: list[dict[str, Any]]
) -> None:
    def offered(choices: Any, path: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
        here = [one for one in choices if one.active]
        below = (offered(one.choices, (*path, one.key)) for one in here)
        return {(*path, one.key) for one in here}.union(*below)

    assert offered(choices_from(kept(old, new))) == all_paths(new)


def test_the_new_order_is_kept() -> None:
    after = kept([choice("a"), choice("b"), choice("c")], [choice("c"), choice("a")])
    assert [(one["key"], one["active"]) for one in after] == [("c", True), ("a", True), ("b", False)]


def test_a_list_without_a_choice_or_a_field_that_takes_none_is_refused() -> None:
    assert [fault.code for fault in choice_faults("choice", [])] == ["no_choices"]
    assert [fault.code for fault in choice_faults("choice", [choice("a", active=False)])] == ["no_choices"]
    assert [fault.code for fault in choice_faults("text", [choice("a")])] == ["no_choices"]
    assert choice_faults("text", []) == []


def test_faults_are_named_where_they_stand() -> None:
    found = choice_faults("cascade", [choice("a", choice("x"), choice("x")), choice("a")])
    assert [(fault.pointer, fault.code) for fault in found] == [
        ("/choices/0/choices/1/key", "twice"),
        ("/choices/1/key", "twice"),
    ]


def test_only_a_cascade_has_levels_and_not_too_many_of_them() -> None:
    assert [fault.code for fault in choice_faults("choice", [choice("a", choice("b"))])] == ["too_deep"]
    tree = choice("a")
    for _ in range(DEEPEST):
        tree = choice("a", tree)
    assert [fault.code for fault in choice_faults("cascade", [tree])] == ["too_deep"]
    assert choice_faults("cascade", tree["choices"]) == []


def test_there_is_an_end_to_choices() -> None:
    many = [choice(f"c{number}") for number in range(MOST + 1)]
    assert [fault.code for fault in choice_faults("multi_choice", many)] == ["too_many"]
