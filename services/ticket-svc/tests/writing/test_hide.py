"""Making a string unreadable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_svc.writing.hide import HIDDEN, hide, hide_in_html, hide_in_json, places_of
from ticket_svc.writing.html import harmless
from ticket_svc.writing.text import readable

CARD = "4111 1111 1111 1111"


@pytest.mark.parametrize("written", [CARD, "4111111111111111", "4111\n1111 1111\u200b1111", "4111\xa01111 1111 1111"])
def test_white_space_counts_for_nothing(written: str) -> None:
    assert hide(f"卡号 {written}，谢谢", places_of(CARD)) == f"卡号 {HIDDEN}，谢谢"


def test_it_is_hidden_across_tags_and_in_attributes() -> None:
    html = harmless(
        '<p>4111<b> 1111</b> 1111</p><div>1111 ok</div><a href="https://a.example/?c=4111%201111%201111%201111" '
        f'title="{CARD}">x</a><img src="cid:1" alt="{CARD}">'
    )
    kept = hide_in_html(html, places_of(CARD))
    assert "1111" not in kept
    assert "href" not in kept
    assert readable(kept) == f"{HIDDEN}\n\nok\nx{HIDDEN}"
    assert harmless(kept) == kept


def test_json_is_hidden_in_what_people_wrote_only() -> None:
    told = {
        "id": "4111",
        "text": "4111",
        "subject": {"from": "a 4111", "to": "b"},
        "status": "4111",
        "n": 4111,
        "l": [{"html": "<b>4111</b>"}],
    }
    assert hide_in_json(told, places_of("4111")) == {
        "id": "4111",
        "text": HIDDEN,
        "subject": {"from": f"a {HIDDEN}", "to": "b"},
        "status": "4111",
        "n": 4111,
        "l": [{"html": f"<b>{HIDDEN}</b>"}],
    }


@given(st.text("ab1 <&", max_size=30), st.text("ab1", min_size=2, max_size=4))
def test_nothing_of_it_is_left_in_html(text: str, string: str) -> None:
    places = places_of(string)
    kept = hide_in_html(harmless(f"<p>{text}</p><b>{string}</b>{text}"), places)
    assert not places.search(readable(kept).replace(HIDDEN, "█"))


@given(st.text(max_size=40), st.text("xyz.*\\", min_size=2, max_size=5))
def test_a_string_is_no_pattern(text: str, string: str) -> None:
    assert string not in hide(f"{text}{string}", places_of(string))
