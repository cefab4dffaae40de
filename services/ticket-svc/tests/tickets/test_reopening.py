"""What a customer's reply does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_svc.teams.windows import Windows
from ticket_svc.tickets.reopening import effect_of_reply
from ticket_svc.tickets.status import STATUSES, allows

THEN = datetime(2026, 3, 16, tzinfo=UTC)
FOUR = Windows(timedelta(days=4))
THREE_TO_REOPEN = Windows(timedelta(days=10), reopen_within=timedelta(days=3))


@pytest.mark.parametrize(
    ("status", "said", "effect"),
    [
        ("new", None, "go_on"),
        ("open", "thanks", "stay"),
        ("open", "acknowledgement", "go_on"),
        ("pending", None, "go_on"),
        ("pending", "thanks", "stay"),
        ("pending", "acknowledgement", "go_on"),
        ("on_hold", None, "go_on"),
        ("resolved", None, "go_on"),
        ("resolved", "thanks", "stay"),
        ("resolved", "acknowledgement", "stay"),
        ("closed", None, "follow_up"),
        ("closed", "thanks", "stay"),
        ("closed", "acknowledgement", "stay"),
    ],
)
def test_the_effect_by_status_and_by_what_is_said(status: Any, said: Any, effect: str) -> None:
    assert effect_of_reply(status, said, resolved_at=THEN, windows=FOUR, now=THEN) == effect


def test_after_the_window_a_reply_is_a_follow_up_and_on_its_last_instant_it_reopens() -> None:
    last = THEN + timedelta(days=3)
    for now, effect in ((last, "go_on"), (last + timedelta(microseconds=1), "follow_up")):
        assert effect_of_reply("resolved", None, resolved_at=THEN, windows=THREE_TO_REOPEN, now=now) == effect


def test_a_team_may_take_thanks_for_questions() -> None:
    strict = Windows(timedelta(days=4), thanks_stay=False)
    assert effect_of_reply("resolved", "thanks", resolved_at=THEN, windows=strict, now=THEN) == "go_on"


@given(
    st.sampled_from(STATUSES),
    st.sampled_from([None, "thanks", "acknowledgement"]),
    st.integers(0, 40),
    st.sampled_from([FOUR, THREE_TO_REOPEN, Windows(timedelta(days=4), thanks_stay=False)]),
)
def test_whatever_the_effect_the_status_table_allows_it(status: Any, said: Any, days: int, windows: Windows) -> None:
    now = THEN + timedelta(days=days)
    effect = effect_of_reply(status, said, resolved_at=THEN, windows=windows, now=now)
    if effect == "go_on":
        assert allows(status, "customer_reply")
    elif effect == "stay":
        assert allows(status, "customer_thanks")
    else:
        assert status in ("resolved", "closed")
