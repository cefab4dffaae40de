"""When a rule is asked, from which moment it counts, what it writes and what it would change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.contracts.tickets import SlaBreached, SlaMet, TicketMerged, TicketReplied, TicketWoken
from ticket_svc.rules.changed import has_changed, has_score
from ticket_svc.rules.foresee import foresee
from ticket_svc.rules.happenings import happening_of
from ticket_svc.rules.schemas import ACTIONS
from ticket_svc.rules.since import Moments, due_at, moment_of, movers, was_moved
from ticket_svc.rules.trigger import TRIGGER, Changed, EventTrigger
from ticket_svc.rules.wording import InBoth, unknown_places, worded
from ticket_svc.tickets.status import STATUSES

NOW = datetime(2026, 3, 16, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ID = UUID(int=1)
ROW: dict[str, Any] = {
    "id": ID,
    "number": 1001,
    "subject": "订单",
    "customer_name": "韩梅梅",
    "language": "zh",
    "status": "open",
    "priority": "normal",
    "topic": None,
    "type": "request",
    "team_id": None,
    "custom_status_id": None,
    "agent_id": None,
    "tags": ["old"],
    "fields": {"order_no": "A-1", "gift": True},
    "snoozed_at": None,
    "snoozed_until": None,
    "opened_at": NOW - 5 * HOUR,
    "assigned_at": None,
    "resolved_at": None,
    "responded_at": None,
    "response_due_at": NOW + HOUR,
    "resolution_due_at": NOW + 9 * HOUR,
}


def replied(author: Any, said: Any = None) -> TicketReplied:
    return TicketReplied(
        ticket_id=ID, message_id=ID, author_kind=author, author_id=None, text="x", replied_at=NOW, said=said
    )


@pytest.mark.parametrize(
    ("event", "happening"),
    [
        (replied("customer"), "customer_replied"),
        (replied("customer", "thanks"), "customer_thanked"),
        (replied("agent"), "agent_replied"),
        (replied("assistant"), "assistant_replied"),
        (replied("rule"), None),
        (SlaMet(ticket_id=ID, clock="first_response", due_at=NOW, met_at=NOW), "first_response_met"),
        (SlaMet(ticket_id=ID, clock="resolution", due_at=NOW, met_at=NOW), "resolution_met"),
        (
            SlaBreached(ticket_id=ID, number=1, clock="resolution", breached_at=NOW, agent_id=None),
            "resolution_missed",
        ),
        (TicketWoken(ticket_id=ID, because="time"), "woken"),
        (TicketMerged(ticket_id=ID, into_id=ID, into_number=1), None),
    ],
)
def test_what_happened(event: Any, happening: str | None) -> None:
    assert happening_of(event) == happening


@pytest.mark.parametrize(
    ("wanted", "told", "changed"),
    [
        ({"field": "priority"}, {"priority": {"from": "low", "to": "high"}}, True),
        ({"field": "priority", "becomes": "high"}, {"priority": {"from": "low", "to": "high"}}, True),
        ({"field": "priority", "was": "high"}, {"priority": {"from": "low", "to": "high"}}, False),
        ({"field": "topic", "was": None}, {"topic": {"from": None, "to": "x"}}, True),
        ({"field": "topic", "was": "x"}, {"topic": {"from": None, "to": "x"}}, False),
        ({"field": "fields.order_no", "becomes": 7}, {"fields.order_no": {"from": 6, "to": 7}}, True),
        ({"field": "priority"}, {"subject": {"from": "a", "to": "b"}}, False),
        ({"field": "agent_id", "was": "a"}, {"agent_id": "b", "before": "a"}, True),
        ({"field": "agent_id", "was": None}, {"agent_id": "b", "before": "a"}, False),
        ({"field": "tags"}, {"added": ["x"], "removed": []}, True),
        ({"field": "tags", "becomes": "y"}, {"added": ["x"], "removed": ["y"]}, False),
        ({"field": "tags", "was": "y"}, {"added": ["x"], "removed": ["y"]}, True),
        ({"field": "tags"}, {}, False),
    ],
)
def test_what_changed(wanted: dict[str, Any], told: dict[str, Any], *, changed: bool) -> None:
    assert has_changed([Changed.model_validate(wanted)], told) is changed


@given(score=st.integers(1, 5), least=st.none() | st.integers(1, 5), most=st.none() | st.integers(1, 5))
def test_score_is_asked_for_between_bounds(score: int, least: int | None, most: int | None) -> None:
    wanted = EventTrigger(kind="event", on=["survey_answered"], score_at_least=least, score_at_most=most)
    assert has_score(wanted, score) is ((least or 1) <= score <= (most or 5))
    assert has_score(wanted, None)


def test_status_that_is_left_takes_its_custom_status_along() -> None:
    row = {**ROW, "custom_status_id": ID}
    actions = ACTIONS.validate_python([{"do": "hold"}, {"do": "update", "custom_status_id": str(UUID(int=2))}])
    assert foresee(actions[:1], row).changes == {"status": ("open", "on_hold"), "custom_status_id": (ID, None)}
    assert foresee(actions, row).changes["custom_status_id"] == (ID, UUID(int=2))


def test_nothing_asked_for_is_always_so() -> None:
    assert has_changed([], {})


def timed(since: str, minutes: int = 30, **more: Any) -> Any:
    return TRIGGER.validate_python({"kind": "time", "since": since, "minutes": minutes, **more})


ASKED, ANSWERED = NOW - 2 * HOUR, NOW - HOUR


@pytest.mark.parametrize(
    ("trigger", "row", "moments", "moment"),
    [
        (timed("opened"), {}, {}, ROW["opened_at"]),
        (timed("assigned"), {}, {}, None),
        (timed("customer_message"), {}, {"customer_message": ASKED}, ASKED),
        (timed("customer_message"), {}, {"customer_message": ASKED, "agent_reply": ANSWERED}, None),
        (timed("agent_reply"), {}, {"customer_message": ASKED, "agent_reply": ANSWERED}, ANSWERED),
        (timed("agent_reply"), {}, {"customer_message": NOW, "agent_reply": ANSWERED}, None),
        (timed("entered_status", status="open"), {}, {"taken_up": ASKED}, ASKED),
        (timed("entered_status", status="open"), {}, {"taken_up": ASKED, "went_on": NOW}, NOW),
        (timed("entered_status", status="pending"), {}, {"pended": NOW}, None),
        (timed("entered_status", status="pending"), {"status": "pending"}, {"pended": NOW}, NOW),
        (timed("entered_status", status="on_hold"), {"status": "on_hold"}, {"held": NOW}, NOW),
        (timed("entered_status", status="closed"), {"status": "closed"}, {"closed": NOW}, NOW),
        (timed("first_response_due"), {}, {}, ROW["response_due_at"]),
        (timed("first_response_due"), {"responded_at": NOW}, {}, None),
        (timed("resolution_due"), {}, {}, ROW["resolution_due_at"]),
        (timed("resolution_due"), {"status": "pending"}, {}, None),
        (timed("resolution_due"), {"status": "resolved"}, {}, None),
    ],
)
def test_moment_that_a_rule_counts_from(
    trigger: Any, row: dict[str, Any], moments: dict[str, Any], moment: datetime | None
) -> None:
    assert moment_of(trigger, {**ROW, **row}, Moments(**moments)) == moment


def test_before_and_after() -> None:
    assert due_at(timed("first_response_due", before=True), NOW) == NOW - HOUR / 2
    assert due_at(timed("first_response_due"), NOW) == NOW + HOUR / 2


def test_only_what_made_the_moment_sets_a_timer() -> None:
    assert was_moved(timed("agent_reply"), NOW, NOW)
    assert not was_moved(timed("agent_reply"), NOW - HOUR, NOW)
    # A deadline that lies behind was somebody else's business; routing assigns a little before it is told.
    assert was_moved(timed("resolution_due"), NOW + HOUR, NOW)
    assert not was_moved(timed("resolution_due"), NOW - HOUR, NOW)
    assert was_moved(timed("assigned"), NOW - HOUR, NOW)


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_can_be_entered_by_something(status: str) -> None:
    assert movers(timed("entered_status", status=status))


def test_words_are_put_in_once_and_unknown_ones_are_found() -> None:
    text = InBoth(zh="{{customer}}，#{{ number }}：{{subject}}", en="Hi {{customer}}, {{who}}")
    assert worded(text, {**ROW, "subject": "{{number}}"}) == "韩梅梅，#1001：{{number}}"
    assert unknown_places(text) == [("en", "who")]


def doing(*actions: dict[str, Any]) -> Any:
    return ACTIONS.validate_python(list(actions))


def test_one_action_after_the_other_and_a_refused_one_undoes_them_all() -> None:
    fields = {"do": "update", "fields": {"order_no": "A-2", "gift": None}}
    foreseen = foresee(doing({"do": "assign", "agent_id": str(ID)}, {"do": "pend"}, fields), ROW)
    assert foreseen.changes == {
        "agent_id": (None, ID),
        "status": ("open", "pending"),
        "fields.order_no": ("A-1", "A-2"),
        "fields.gift": (True, None),
    }
    refused = foresee(doing({"do": "tag", "add": ["x"]}, {"do": "resume"}), ROW)
    assert (refused.refused, refused.changes, refused.is_nothing) == (1, {}, False)


def test_resolving_wakes_and_waking_who_is_awake_is_refused() -> None:
    asleep = {**ROW, "snoozed_at": NOW, "snoozed_until": NOW + HOUR}
    assert foresee(doing({"do": "resolve"}), asleep).changes["snoozed_at"] == (NOW, None)
    assert foresee(doing({"do": "wake"}), asleep).refused is None
    assert foresee(doing({"do": "wake"}), ROW).refused == 0


WORDS = st.sampled_from(["vip", "late", "old"])
ACTS = st.one_of(
    st.builds(lambda add, remove: {"do": "tag", "add": add, "remove": remove}, st.lists(WORDS), st.lists(WORDS)),
    st.builds(lambda to: {"do": "update", "priority": to}, st.sampled_from(["low", "normal", "high", None])),
    st.sampled_from([{"do": verb} for verb in ("pend", "hold", "resume", "resolve", "close", "reopen")]),
)


@given(st.lists(ACTS, min_size=1, max_size=6), st.sampled_from(STATUSES))
def test_what_is_foreseen_is_a_change_or_nothing_and_the_ticket_in_hand_is_left_alone(
    actions: list[dict[str, Any]], status: str
) -> None:
    row = {**ROW, "status": status}
    before = {**row, "tags": list(row["tags"]), "fields": dict(row["fields"])}
    foreseen = foresee(doing(*actions), row)
    assert row == before
    assert all(was != becomes for was, becomes in foreseen.changes.values())
    if foreseen.refused is None and len([one for one in actions if one["do"] == "tag"]) == 1:
        # Tagged once more, it stays as it is.
        after = {**row, **{name: becomes for name, (_, becomes) in foreseen.changes.items()}}
        assert foresee(doing(*(one for one in actions if one["do"] == "tag")), after).is_nothing
