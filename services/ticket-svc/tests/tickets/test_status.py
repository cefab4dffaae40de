"""The state machine of tickets."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ticket_svc.tickets.status import ACTS, STATUSES, Act, Status, after, allows


@pytest.mark.parametrize(
    ("status", "act", "becomes"),
    [
        ("new", "assign", "open"),
        ("new", "agent_reply", "open"),
        ("new", "customer_reply", "new"),
        ("open", "pend", "pending"),
        ("pending", "customer_reply", "open"),
        ("pending", "assign", "pending"),
        ("pending", "resume", "open"),
        ("open", "resolve", "resolved"),
        ("resolved", "customer_reply", "open"),
        ("resolved", "reopen", "open"),
        ("resolved", "close", "closed"),
    ],
)
def test_what_becomes_of_a_ticket(status: Status, act: Act, becomes: Status) -> None:
    assert after(status, act) == becomes


@pytest.mark.parametrize("act", ACTS)
def test_closed_is_final(act: Act) -> None:
    assert after("closed", act) in (None, "closed")
    assert allows("closed", act) == (act == "customer_thanks")


@pytest.mark.parametrize(
    ("status", "act"),
    [
        ("open", "close"),
        ("open", "resume"),
        ("open", "reopen"),
        ("pending", "pend"),
        ("resolved", "assign"),
        ("resolved", "resolve"),
        ("resolved", "pend"),
    ],
)
def test_what_a_status_refuses(status: Status, act: Act) -> None:
    assert after(status, act) is None


class Life(RuleBasedStateMachine):
    """Any life a ticket may have."""

    def __init__(self) -> None:
        super().__init__()
        self.status: Status = "new"
        self.was: list[Status] = ["new"]
        self.merged = False

    @rule(act=st.sampled_from(ACTS))
    def try_something(self, act: Act) -> None:
        becomes = after(self.status, act)
        assert allows(self.status, act) == (becomes is not None)
        if becomes is not None:
            self.status = becomes
            self.merged |= act == "merge"
            self.was.append(becomes)

    @precondition(lambda self: self.status != "closed")
    @rule()
    def end_it(self) -> None:
        if self.status != "resolved":
            resolved = after(self.status, "resolve")
            assert resolved == "resolved"
        assert after("resolved", "close") == "closed"

    @invariant()
    def status_is_known(self) -> None:
        assert self.status in STATUSES

    @invariant()
    def never_new_again(self) -> None:
        first_other = next((n for n, status in enumerate(self.was) if status != "new"), len(self.was))
        assert "new" not in self.was[first_other:]

    @invariant()
    def nothing_follows_closed(self) -> None:
        first = self.was.index("closed") if "closed" in self.was else len(self.was)
        assert set(self.was[first:]) <= {"closed"}

    @invariant()
    def closed_only_after_resolved_or_by_a_merge(self) -> None:
        if self.status == "closed" and not self.merged:
            assert self.was[self.was.index("closed") - 1] == "resolved"


TestLife = Life.TestCase
