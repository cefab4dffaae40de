from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from kb_svc.suggestions.worth import LEAST_FIT, MOST, NEAREST, likely, worth_suggesting


@dataclass(frozen=True)
class Hit:
    fit: float


def test_what_fits_is_suggested_and_what_does_not_is_left_out() -> None:
    assert worth_suggesting([Hit(3.0), Hit(0.1), Hit(1.3)], "en") == [Hit(3.0), Hit(1.3)]


def test_english_must_fit_better_than_chinese() -> None:
    between = [Hit((LEAST_FIT["zh"] + LEAST_FIT["en"]) / 2)]
    assert likely(between[0], "zh")
    assert not likely(between[0], "en")


def test_when_nothing_is_likely_the_nearest_three_are_shown() -> None:
    far = [Hit(0.5), Hit(0.4), Hit(0.3), Hit(0.2)]
    assert worth_suggesting(far, "en") == far[:NEAREST]
    assert worth_suggesting([], "en") == []


@given(st.lists(st.builds(Hit, st.floats(0, 10))), st.sampled_from(["zh", "en"]))
def test_at_most_five_are_suggested_in_the_order_found(found: list[Hit], language: str) -> None:
    worth = worth_suggesting(found, language)  # type: ignore[arg-type]  # Hypothesis gives plain strings
    assert len(worth) <= MOST
    assert [one for one in found if any(one is kept for kept in worth)] == worth
