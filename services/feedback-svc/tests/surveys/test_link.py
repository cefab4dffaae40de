from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.tokens import Expired, Forged
from feedback_svc.surveys.link import Link, Links, expiry, signature

SENT = datetime(2026, 3, 16, 1, 0, 0, 999, tzinfo=UTC)
LINK = Link(UUID(int=1), UUID(int=2), expiry(SENT))
LINKS = Links("a secret of at least 32 characters!", "http://kefu.example/")
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def test_the_signature_is_the_reference_one() -> None:
    made = signature(b"test-key", survey="svy_01", ticket="tkt_42", points=5, expires=1790000000)
    assert made.hex() == "c15d4ef68313309aa54f07dda5bfcd95634ed7bff36e768ffcf57e8362d698c8"


def test_a_link_says_what_it_was_made_for() -> None:
    assert LINKS.read(LINKS.token(LINK), now=SENT) == LINK


def test_a_link_is_good_for_14_days_and_not_a_moment_longer() -> None:
    token = LINKS.token(LINK)
    last = datetime(2026, 3, 30, 1, tzinfo=UTC)
    assert LINKS.read(token, now=last - timedelta(microseconds=1)) == LINK
    with pytest.raises(Expired):
        LINKS.read(token, now=last)


def test_a_link_leads_to_the_gateway() -> None:
    assert LINKS.url(LINK) == f"http://kefu.example/s/{LINKS.token(LINK)}"


def test_another_deployments_link_is_forged() -> None:
    foreign = Links("another secret of 32 characters or so", "http://kefu.example")
    with pytest.raises(Forged):
        LINKS.read(foreign.token(LINK), now=SENT)


@given(st.integers(0, 97), st.sampled_from(ALPHABET))
def test_changing_any_character_is_noticed(place: int, character: str) -> None:
    token = LINKS.token(LINK)
    changed = token[:place] + character + token[place + 1 :]
    if changed == token:
        assert LINKS.read(changed, now=SENT) == LINK
        return
    with pytest.raises(Forged):
        LINKS.read(changed, now=SENT)


@given(st.text(max_size=200))
def test_whatever_else_stands_in_the_address_is_forged(token: str) -> None:
    with pytest.raises(Forged):
        LINKS.read(token, now=SENT)


@given(st.uuids(), st.uuids(), st.uuids())
def test_a_link_opens_one_survey_only(survey: UUID, ticket: UUID, other: UUID) -> None:
    one, two = Link(survey, ticket, LINK.expires_at), Link(other, ticket, LINK.expires_at)
    assert (LINKS.token(one) == LINKS.token(two)) == (survey == other)
