"""Links to exports."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.ids import new_id
from common.testing.stage import MORNING, SECRET
from common.tokens import Expired, Forged
from ticket_svc.exports.link import LIFETIME, Links

LINKS = Links(SECRET, "https://desk.example/")


def test_a_link_says_which_export_until_it_expires() -> None:
    export_id = new_id()
    url, expires_at = LINKS.url(export_id, now=MORNING)
    token = url.removeprefix("https://desk.example/x/")
    assert LINKS.read(token, now=MORNING).export_id == export_id
    assert expires_at == MORNING + LIFETIME
    with pytest.raises(Expired):
        LINKS.read(token, now=expires_at)


@given(st.integers(0, 73), st.characters(categories=("Lu", "Ll", "Nd"), max_codepoint=127))
def test_no_other_token_is_ours(place: int, char: str) -> None:
    token = LINKS.url(new_id(), now=MORNING)[0].rpartition("/")[2]
    other = token[:place] + char + token[place + 1 :]
    if other != token:
        with pytest.raises(Forged):
            LINKS.read(other, now=MORNING)
    with pytest.raises(Forged):
        Links("another secret", "https://desk.example").read(token, now=MORNING)
