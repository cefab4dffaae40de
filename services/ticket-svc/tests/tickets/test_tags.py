"""The spelling of tags, and what becomes of a ticket's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_svc.tickets.tags import LONGEST, one_spelling, with_and_without

TAGS = st.lists(st.sampled_from("abcde"), max_size=4)


@pytest.mark.parametrize(
    ("written", "spelled"),
    [
        ("VIP", "vip"),
        ("  ＶＩＰ　客户 ", "vip_客户"),
        ("late  refund", "late_refund"),
        ("Straße", "strasse"),
        ("退款", "退款"),
        ("①", "1"),
    ],
)
def test_one_tag_has_one_spelling(written: str, spelled: str) -> None:
    assert one_spelling(written) == spelled


@pytest.mark.parametrize("written", ["", " 　 ", "x" * (LONGEST + 1), "ﷺ" * 10])
def test_nothing_and_too_much_are_no_tags(written: str) -> None:
    with pytest.raises(ValueError, match="1 to 50"):
        one_spelling(written)


@given(st.text(min_size=1, max_size=20))
def test_a_spelling_is_spelled_like_itself(written: str) -> None:
    try:
        spelled = one_spelling(written)
    except ValueError:
        return
    assert one_spelling(spelled) == spelled


@given(TAGS, TAGS, TAGS)
def test_what_is_added_is_there_what_is_removed_is_not_and_the_others_stay(
    present: list[str], add: list[str], remove: list[str]
) -> None:
    after = with_and_without(present, add=add, remove=remove)
    assert set(after) == (set(present) | set(add)) - set(remove)
    assert after == sorted(set(after))
    assert with_and_without(after, add=add, remove=remove) == after
