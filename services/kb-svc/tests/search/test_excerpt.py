from hypothesis import given
from hypothesis import strategies as st

from kb_svc.search.excerpt import LENGTH, excerpt

LONG = "前言。" * 60 + "退款会在三天内到账。" + "后记。" * 60


def test_the_excerpt_shows_the_place_that_was_asked_for() -> None:
    shown = excerpt(LONG, "退款")
    assert "退款会在三天内到账" in shown
    assert shown.startswith("…")
    assert shown.endswith("…")


def test_without_such_a_place_it_shows_the_beginning() -> None:
    assert excerpt(LONG, "发票").startswith("前言。前言")


def test_a_short_text_is_shown_whole_on_one_line() -> None:
    assert excerpt("Refunds\n take  three days.", "refunds") == "Refunds take three days."


def test_traditional_text_is_found_with_simplified_words() -> None:
    assert "退貨" in excerpt("說明" * 100 + "退貨流程", "退货")


@given(st.text(max_size=600), st.text(max_size=50))
def test_an_excerpt_is_never_long(body: str, question: str) -> None:
    assert len(excerpt(body, question)) <= LENGTH + 2
