"""Identities in one spelling."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_svc.customers.identity import KINDS, PHONE, VOUCHED, email_key, fits, identity, phone_key


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


@pytest.mark.parametrize("name", ["@Li_Lei", "li_lei", " LI_LEI "])
def test_a_name_at_a_network_has_one_spelling(name: str) -> None:
    assert identity("weibo", name).value == "li_lei"


def test_what_is_called_by_its_number_at_a_network_is_spelt_as_a_number() -> None:
    assert identity("whatsapp", "138 0013 8000").value == "+8613800138000"


@given(st.sampled_from(VOUCHED), st.text(min_size=1))
def test_ids_of_other_systems_are_not_touched(kind: str, value: str) -> None:
    assert identity(kind, value).value == value


@given(st.sampled_from(KINDS), st.text(min_size=1, max_size=60))
def test_a_spelling_lasts(kind: str, value: str) -> None:
    if fits(kind, value):
        once = identity(kind, value)
        assert identity(kind, once.value) == once


def test_the_same_openid_of_two_accounts_is_two_people() -> None:
    assert identity("wechat_openid", "o1", "wx1") != identity("wechat_openid", "o1", "wx2")


@pytest.mark.parametrize(("kind", "value"), [("email", "nobody"), ("phone", "12"), ("weibo", "@"), ("whatsapp", "me")])
def test_what_does_not_look_like_one_is_refused(kind: str, value: str) -> None:
    assert not fits(kind, value)


def test_strongest_are_asked_first() -> None:
    assert KINDS[:5] == ("external_id", "wechat_unionid", "wechat_openid", "email", "phone")
