"""What else a text may be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_svc.search.named import named


@pytest.mark.parametrize(
    ("text", "number"), [("1001", 1001), ("#1001", 1001), ("＃ 1001", 1001), ("1001a", None), ("9" * 19, None)]
)
def test_a_ticket_is_named_by_its_number(text: str, number: int | None) -> None:
    assert named(text).number == number


def test_an_address_is_asked_for_in_its_one_spelling() -> None:
    assert named(" Wang@Example.com ").email == "wang@example.com"
    assert named("wang fang").email is None
    assert named("退款").email is None


def test_a_telephone_is_asked_for_as_it_is_stored() -> None:
    assert "+8613800138000" in named("138 0013 8000").phones
    assert "+8613800" in named("13800").phones
    assert named("+1 (202) 555-0143").phones[0] == "+12025550143"
    assert named("K1024").phones == []


def test_a_name_is_asked_for_as_people_write_names() -> None:
    assert "Ann Lee" in named("ann lee").names
    assert named("王芳").names == ["王芳"]
    assert named("王").names == []


@given(st.text(min_size=1, max_size=200))
def test_any_text_may_be_looked_at(text: str) -> None:
    assert named(text).external_id == text.strip()
