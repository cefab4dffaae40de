"""The link that lets one attachment out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.ids import new_id
from common.testing.stage import MORNING, SECRET
from common.tokens import Expired, Forged
from ticket_svc.attachments.link import LIFETIME, Link, Links, expiry

LINKS = Links(SECRET, "https://desk.example/")
LINK = Link(new_id(), is_shown=True, expires_at=expiry(MORNING))
TOKEN = LINKS.token(LINK)


def test_link_says_what_it_was_made_of() -> None:
    assert LINKS.url(LINK) == f"https://desk.example/a/{TOKEN}"
    assert LINKS.read(TOKEN, now=MORNING) == LINK
    assert LINKS.read(TOKEN, now=MORNING + LIFETIME - timedelta(seconds=1)) == LINK


def test_link_expires() -> None:
    with pytest.raises(Expired):
        LINKS.read(TOKEN, now=MORNING + LIFETIME)


# Named, because the token is another one in each process of a test run.
@pytest.mark.parametrize(
    "token",
    ["", "x", TOKEN[:-1], TOKEN + "A", TOKEN + "=", TOKEN.replace(TOKEN[3], "_")],
    ids=["nothing", "short", "cut", "longer", "padded", "changed"],
)
def test_what_is_no_link_of_ours_is_refused(token: str) -> None:
    with pytest.raises(Forged):
        LINKS.read(token, now=MORNING)


def test_link_of_another_deployment_is_refused() -> None:
    with pytest.raises(Forged):
        Links(SECRET + "x", "").read(TOKEN, now=MORNING)


@given(st.integers(0, len(TOKEN) - 1), st.sampled_from("ABCabc019-_"))
def test_no_character_can_be_changed(place: int, char: str) -> None:
    changed = TOKEN[:place] + char + TOKEN[place + 1 :]
    if changed != TOKEN:
        with pytest.raises(Forged):
            LINKS.read(changed, now=MORNING)
