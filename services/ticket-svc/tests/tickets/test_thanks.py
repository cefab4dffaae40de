"""What a message says when it says nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_svc.tickets.thanks import what_is_said


@pytest.mark.parametrize(
    "text",
    [
        "谢谢", "谢谢！", "谢谢您", "非常感谢您的帮助！", "多谢了～", "谢谢客服小姐姐", "太感谢了", "辛苦了",
        "感谢感谢", "谢谢啦 🙏", "🙏🙏", "❤️", "🌹", "  谢谢。 ", "ＴＨＡＮＫＳ", "Thanks!", "thank you so much",
        "Thanks a lot for your help.", "thx", "Cheers", "Many thanks 😊", "Thank you all, best regards",
        "再次感谢",
    ],
)  # fmt: skip
def test_mere_thanks(text: str) -> None:
    assert what_is_said(text) == "thanks"


@pytest.mark.parametrize(
    "text",
    [
        "好的", "好的，谢谢", "收到，谢谢！", "嗯嗯", "明白了", "👍", "👍🏻", "OK", "ok thanks", "Got it, thanks!",
        "已经解决了，谢谢", "Great, it works now. Thank you!", "没问题了",
    ],
)  # fmt: skip
def test_merely_understood(text: str) -> None:
    assert what_is_said(text) == "acknowledgement"


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "谢谢，但是还没收到货", "谢谢，请问什么时候发货", "不用谢，还是不行", "谢谢？", "好的吗",
        "不好", "不满意", "没有解决", "ok but it still fails", "Thanks for nothing",
        "thanks, when will it arrive?", "oktober", "thankful", "not ok", "K1024", "12345", "👎", "😡",
        "谢谢 https://example.com", "x谢谢", "请退款，谢谢",
    ],
)  # fmt: skip
def test_whatever_else_is_said_wants_an_answer(text: str) -> None:
    assert what_is_said(text) is None


@given(
    st.sampled_from(["谢谢", "thanks", "好的，谢谢", "👍"]),
    st.text(alphabet="我你没收到货钱退xyz0123?？", min_size=1, max_size=20),
)
def test_thanks_with_something_else_want_an_answer(thanks: str, more: str) -> None:
    if what_is_said(more) is None and more.strip("你"):
        assert what_is_said(f"{thanks} {more}") is None


@given(st.text(max_size=200))
def test_any_text_is_judged(text: str) -> None:
    assert what_is_said(text) in (None, "thanks", "acknowledgement")
