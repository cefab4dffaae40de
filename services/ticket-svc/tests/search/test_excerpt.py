"""The part of a text that shows why it was found."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from common.words import tokens
from ticket_svc.search.excerpt import LENGTH, best, excerpt


def shown(text: str, q: str) -> str:
    """The excerpt with what was asked for in brackets."""
    return "".join(f"[{piece.text}]" if piece.found else piece.text for piece in excerpt(text, tokens(q)))


def test_what_was_asked_for_is_told_apart() -> None:
    assert shown("您好，退款已到账。", "退款") == "您好，[退款]已到账。"


def test_pairs_that_overlap_are_one_piece() -> None:
    assert shown("申请退款流程在这里", "退款流程") == "申请[退款流程]在这里"


def test_other_forms_of_an_english_word_are_found() -> None:
    assert shown("I was refunded, two Refunds!", "refund") == "I was [refunded], two [Refunds]!"


def test_full_width_and_traditional_forms_are_found_as_they_were_written() -> None:
    assert shown("請退還ＶＩＰ訂單", "订单 vip") == "請退還[ＶＩＰ訂單]"


def test_one_character_is_found_wherever_it_stands() -> None:
    assert shown("猫粮给我的猫", "猫") == "[猫]粮给我的[猫]"


def test_a_long_text_is_cut_around_the_first_word() -> None:
    found = shown("前" * 500 + "退款" + "后" * 500, "退款")
    assert found.startswith("…" + "前" * 30 + "[退款]后")
    assert found.endswith("后…")


def test_a_text_without_any_of_it_shows_its_beginning() -> None:
    assert shown("hello there", "退款") == "hello there"


def test_the_text_with_most_of_it_is_chosen() -> None:
    assert best(["退款", "退款 发票", "发票"], ["退款", "发票"]) == 1
    assert best(["a", "b"], ["退款"]) == 0
    assert best(["狗", "我的猫"], ["猫"]) == 1


@given(st.text(max_size=400), st.text(max_size=20))
def test_the_pieces_are_a_part_of_the_text_and_nothing_is_marked_up(text: str, q: str) -> None:
    pieces = [piece.text for piece in excerpt(text, tokens(q))]
    together = "".join(pieces).removeprefix("…").removesuffix("…")
    assert together.removesuffix("…") in text or together in text or "…" in text
    assert len("".join(pieces)) <= LENGTH + 2
