"""Identities in one spelling."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_svc.customers.identity import PHONE, email_key, identities, phone_key


@pytest.mark.parametrize(
    "phone", ["13800138000", "138 0013 8000", "138-0013-8000", "+86 138 0013 8000", "0086-13800138000"]
)
def test_one_mobile_number_has_one_spelling(phone: str) -> None:
    assert re.match(PHONE, phone)
    assert phone_key(phone) == "+8613800138000"


def test_number_without_a_country_keeps_its_digits() -> None:
    assert phone_key("(010) 6555-0000") == "01065550000"


def test_address_has_one_spelling() -> None:
    assert email_key(" Li.Lei@Example.COM ") == "li.lei@example.com"


@given(st.from_regex(PHONE, fullmatch=True))
def test_every_accepted_number_has_a_lasting_spelling(phone: str) -> None:
    key = phone_key(phone)
    assert re.fullmatch(r"\+?[0-9]+", key)
    assert phone_key(key) == key


def test_what_is_not_told_is_not_known() -> None:
    assert identities(external_id=None, email=None, phone=None).email is None
