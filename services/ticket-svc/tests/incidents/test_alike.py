"""Likeness of reports, as a plain function."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_svc.incidents.alike import LIKELY, alike

PROBLEM = "支付失败，一直提示系统繁忙\n从早上九点开始，用微信支付订单就提示系统繁忙，请稍后再试"


@pytest.mark.parametrize(
    "text",
    [
        "微信支付不了，提示系统繁忙请稍后再试",
        "付款的时候一直提示系统繁忙，支付失败好几次了",
        "今天支付订单老是失败，系统繁忙",
    ],
)
def test_reports_of_one_matter_are_alike(text: str) -> None:
    assert alike(PROBLEM, text) >= LIKELY


@pytest.mark.parametrize(
    "text", ["我想修改收货地址", "发票什么时候可以开？", "耳机左边没有声音，要求换货", "Where is my parcel?"]
)
def test_reports_of_another_matter_are_not(text: str) -> None:
    assert alike(PROBLEM, text) < LIKELY


def test_english_reports_are_compared_too() -> None:
    problem = "Login fails with error 500 since this morning"
    assert alike(problem, "I cannot log in, login fails with an error 500") >= LIKELY
    assert alike(problem, "Please change my delivery address") < LIKELY


@given(st.text(max_size=100), st.text(max_size=100))
def test_it_is_a_measure(one: str, other: str) -> None:
    assert 0 <= alike(one, other) <= 1
    assert alike(one, other) == alike(other, one)
    assert alike(one, one) in (0.0, 1.0)
