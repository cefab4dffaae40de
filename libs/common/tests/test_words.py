from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import words
from common.words import LONGEST, ends, folded, is_single, pieces, places, tail, tokens


def test_a_run_of_chinese_characters_becomes_its_pairs() -> None:
    assert tokens("退款多久到账？") == ["退款", "款多", "多久", "久到", "到账"]


def test_a_single_chinese_character_stays_itself() -> None:
    assert tokens("猫 dog") == ["猫", "dog"]


def test_traditional_and_simplified_text_have_the_same_terms() -> None:
    assert tokens("請問貨運單號在哪裡查詢") == tokens("请问货运单号在哪里查询")


def test_full_width_and_upper_case_letters_are_the_same_as_others() -> None:
    assert tokens("ＶＩＰ 客户 App") == tokens("vip 客户 app")


def test_english_words_are_stemmed_and_say_nothing_without_meaning() -> None:
    assert tokens("How do I change the cards?") == ["chang", "card"]


def test_a_question_of_stop_words_only_asks_for_nothing() -> None:
    assert tokens("What is it about, and who are you?") == []


def test_mixed_text_is_cut_where_the_script_changes() -> None:
    assert tokens("iPhone15充电慢") == ["iphone15", "充电", "电慢"]


def test_emojis_and_punctuation_are_no_terms() -> None:
    assert tokens("😀👍🏽 … !!! ——") == []


def test_accented_words_stay_whole() -> None:
    assert tokens("Café Müller") == ["café", "müller"]


def test_japanese_and_korean_text_is_cut_into_pairs_too() -> None:
    assert tokens("カード") == ["カー", "ード"]
    assert tokens("환불") == ["환불"]


def test_a_word_without_end_is_cut_off() -> None:
    assert tokens("x" * 5000) == ["x" * LONGEST]


def test_rare_characters_beyond_the_basic_plane_count_as_chinese() -> None:
    assert tokens("\U00020bb7野家") == ["\U00020bb7野", "野家"]


@pytest.mark.parametrize(("term", "expected"), [("退款", "款"), ("猫", None), ("ab", None), ("é1", None)])
def test_only_pairs_have_a_tail(term: str, expected: str | None) -> None:
    assert tail(term) == expected


@pytest.mark.parametrize(("term", "expected"), [("猫", True), ("a", False), ("7", False), ("退款", False)])
def test_single_characters_are_known(term: str, expected: bool) -> None:
    assert is_single(term) is expected


def test_pieces_are_whole_runs() -> None:
    assert pieces("the 退款流程 Refund") == ["退款流程", "refund"]


@given(st.text())
def test_any_text_can_be_cut_and_terms_are_short_and_printable(text: str) -> None:
    found = tokens(text)
    assert all(0 < len(term) <= LONGEST for term in found)
    assert not any("\0" in term or "%" in term or "_" in term or term.isspace() for term in found)


@given(st.text(), st.text())
def test_texts_apart_have_the_terms_of_both(first: str, second: str) -> None:
    assert tokens(f"{first}\n{second}") == tokens(first) + tokens(second)


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2))
def test_pairs_of_simplified_text_are_found_again_in_any_longer_text(text: str) -> None:
    cut = tokens(text)
    assert len(cut) == len(text) - 1
    assert set(cut) <= set(tokens(f"前{text}后"))
    assert all(one[1] == other[0] for one, other in pairwise(cut))


@given(st.text(alphabet=st.characters(codec="ascii")))
def test_case_makes_no_difference(text: str) -> None:
    assert tokens(text.upper()) == tokens(text.lower())


def test_places_are_where_the_terms_stand() -> None:
    plain = folded("退款流程 for the Refunds")
    assert [(plain[start:end], term) for start, end, term in places(plain)] == [
        ("退款", "退款"),
        ("款流", "款流"),
        ("流程", "流程"),
        ("refunds", "refund"),
    ]


@given(st.text())
def test_places_have_the_terms_of_the_text_in_order(text: str) -> None:
    assert [term for _, _, term in places(folded(text))] == tokens(text)


def test_the_end_of_each_run_is_what_no_pair_begins_with() -> None:
    assert ends("我的猫，abc 狗") == {"猫", "狗"}


def test_what_has_a_digit_in_it_stays_as_it_is() -> None:
    assert tokens("mp3s K20241s charges") == ["mp3s", "k20241s", "charg"]


def test_words_that_are_never_met_again_are_not_remembered() -> None:
    before = words._stemmed.cache_info().currsize
    for number in range(50):
        tokens(f"order-{number:08} A{number:06}x 订单{number}")
    assert words._stemmed.cache_info().currsize <= before + 1
