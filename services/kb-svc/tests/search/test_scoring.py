from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_svc.search.scoring import (
    COMMON_AT_LEAST,
    MOST_TERMS,
    Known,
    asked_for,
    choose,
    count,
    fit,
    idf,
    impact,
    with_title,
)

sizes = st.integers(min_value=1, max_value=10_000_000)
amounts = st.floats(min_value=0.01, max_value=1e6)


def test_the_title_counts_three_times() -> None:
    counted = count(["退款", "到账"], ["退款"])
    assert counted.frequencies == {"退款": 4, "到账": 1}
    assert counted.length == 5


def test_an_average_document_that_has_a_term_once_gets_impact_one() -> None:
    assert impact(1, 100, 100.0) == pytest.approx(1.0)


@given(st.integers(1, 1000), st.integers(1, 100_000), amounts)
def test_an_impact_stays_between_nothing_and_its_limit(frequency: int, length: int, average: float) -> None:
    assert 0 < impact(frequency, length, average) <= 2.2


@given(st.integers(1, 1000), st.integers(1, 100_000), amounts)
def test_more_occurrences_weigh_more_and_longer_texts_less(frequency: int, length: int, average: float) -> None:
    assert impact(frequency + 1, length, average) >= impact(frequency, length, average)
    assert impact(frequency, length + 1, average) <= impact(frequency, length, average)


@given(st.integers(0, 1000), st.integers(0, 1000), sizes)
def test_rarer_terms_tell_more(df: int, more: int, articles: int) -> None:
    assert idf(df, articles + df + more) >= idf(df + more, articles + df + more) > 0


def test_a_count_that_lags_behind_does_no_harm() -> None:
    assert idf(5, 0) > 0


def test_common_terms_are_left_out_when_there_are_rare_ones() -> None:
    rare, common = Known(1, 3), Known(2, 5_000)
    assert choose([common, rare], 10_000) == [rare]


def test_common_terms_are_asked_for_when_there_is_nothing_else() -> None:
    assert choose([Known(2, 5_000), Known(3, 4_000)], 10_000) == [Known(3, 4_000), Known(2, 5_000)]


def test_in_a_small_knowledge_base_no_term_is_common() -> None:
    every = [Known(1, COMMON_AT_LEAST), Known(2, 1)]
    assert sorted(choose(every, COMMON_AT_LEAST), key=lambda one: one.id) == every


@given(st.lists(st.builds(Known, st.integers(1), sizes), unique_by=lambda one: one.id), sizes)
def test_at_most_24_terms_are_asked_for_and_none_left_out_is_rarer(known: list[Known], articles: int) -> None:
    chosen = choose(known, articles)
    assert len(chosen) <= MOST_TERMS
    assert bool(chosen) == bool(known)
    assert not Counter(chosen) - Counter(known)
    left_out = [one.df for one in known if one not in chosen]
    assert not chosen or not left_out or max(one.df for one in chosen) <= min(left_out) or len(chosen) < MOST_TERMS


@given(amounts, amounts, amounts)
def test_a_fitting_title_adds_at_most_forty_percent(score: float, matched: float, total: float) -> None:
    assert score <= with_title(score, min(matched, total), total) <= score * 1.4000001


def test_a_title_of_no_asked_terms_adds_nothing() -> None:
    assert with_title(7.0, 0.0, 12.0) == 7.0


def test_a_question_without_terms_fits_nothing() -> None:
    assert fit(0.0, 0.0, 100) == 0.0


def test_terms_that_no_article_has_make_every_answer_fit_less() -> None:
    known = [3.0, 4.0]
    assert fit(9.0, asked_for(known, 5, 1000), 1000) < fit(9.0, asked_for(known, 0, 1000), 1000)


@given(st.integers(1, 40), st.integers(1, 1_000_000))
def test_fit_does_not_depend_on_how_many_articles_there_are(terms: int, articles: int) -> None:
    # All of a question's terms in one article only, each with the impact of an average text.
    rarest = idf(1, articles)
    fitting = fit(terms * rarest, asked_for([rarest] * terms, 0, articles), articles)
    assert fitting == pytest.approx(terms**0.5)
