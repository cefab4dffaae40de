"""Which domain says where somebody belongs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_svc.organisations.domains import PUBLIC, domain_of, public_ones


@pytest.mark.parametrize(
    ("email", "domain"),
    [
        ("li@chenguang.example", "chenguang.example"),
        ("Li@CHENGUANG.Example", "chenguang.example"),
        ('"a@b"@chenguang.example', "chenguang.example"),
        ("li@qq.com", None),
        ("li@GMAIL.com", None),
        ("li@mail.qq.com", "mail.qq.com"),
        ("", None),
        (None, None),
    ],
)
def test_the_domain_says_it_unless_anybody_may_have_an_address_there(email: str | None, domain: str | None) -> None:
    assert domain_of(email) == domain


@given(st.sampled_from(sorted(PUBLIC)), st.text(alphabet="abc.", min_size=1))
def test_nobody_belongs_to_a_public_provider(domain: str, name: str) -> None:
    assert domain_of(f"{name}@{domain.upper()}") is None
    assert public_ones(["x.example", domain]) == [1]
