"""A ticket's clocks during a change, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from common.ids import new_id
from ticket_svc.tickets import clocks
from ticket_svc.tickets.change import Change

NINE = datetime(2026, 3, 16, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def a_ticket(**values: Any) -> Change:
    """A ticket opened at nine: an answer is due at ten, the solution at twelve."""
    return Change(
        {
            "id": new_id(),
            "number": 1001,
            "status": "open",
            "version": 1,
            "agent_id": None,
            "responded_at": None,
            "response_due_at": NINE + HOUR,
            "response_breached_at": None,
            "response_stood": timedelta(0),
            "resolution_due_at": NINE + 3 * HOUR,
            "resolution_breached_at": None,
            "resolution_stood": timedelta(0),
            "pended_at": None,
            "resolved_at": None,
            "imported_at": None,
            **values,
        }
    )


def said(change: Change) -> list[tuple[str, str]]:
    """What the change says of which clock."""
    return [(saying.event.TYPE, getattr(saying.event, "clock", "")) for saying in change.sayings()]


def test_catching_up_records_what_was_missed_and_only_that() -> None:
    change = a_ticket()
    clocks.catch_up(change, NINE + 2 * HOUR)
    assert said(change) == [("sla.breached", "first_response")]
    assert change["response_breached_at"] == NINE + HOUR


def test_catching_up_twice_records_once() -> None:
    change = a_ticket()
    clocks.catch_up(change, NINE + 9 * HOUR)
    clocks.catch_up(change, NINE + 9 * HOUR)
    assert said(change) == [("sla.breached", "first_response"), ("sla.breached", "resolution")]
    assert change.version == 3


def test_clock_that_stands_is_not_missed() -> None:
    change = a_ticket(status="pending", pended_at=NINE, responded_at=NINE)
    clocks.catch_up(change, NINE + 99 * HOUR)
    assert said(change) == []


def test_breach_stands_on_the_trail_at_its_deadline() -> None:
    change = a_ticket()
    clocks.breach(change, "resolution")
    (step,) = change.steps(clocks.SLA, NINE + 50 * HOUR)
    assert (step.at, step.by.name, step.version) == (NINE + 3 * HOUR, "sla", 2)


def test_missed_clock_is_not_met_later() -> None:
    change = a_ticket(resolution_breached_at=NINE + 3 * HOUR)
    clocks.say_if_met(change, "resolution", NINE)
    assert said(change) == []


def test_pause_moves_the_resolution_only() -> None:
    change = a_ticket(status="pending", pended_at=NINE)
    clocks.end_pause(change, NINE + 2 * HOUR)
    assert change["resolution_due_at"] == NINE + 5 * HOUR
    assert change["resolution_stood"] == 2 * HOUR
    assert change["response_due_at"] == NINE + HOUR
    assert change["pended_at"] is None


def test_ending_a_pause_that_never_began_moves_nothing() -> None:
    change = a_ticket()
    clocks.end_pause(change, NINE + 2 * HOUR)
    assert change["resolution_due_at"] == NINE + 3 * HOUR


def test_reopening_moves_both_clocks_while_nobody_has_answered() -> None:
    change = a_ticket(status="open", resolved_at=NINE)
    clocks.go_on(change, NINE + HOUR)
    assert (change["response_due_at"], change["resolution_due_at"]) == (NINE + 2 * HOUR, NINE + 4 * HOUR)
    assert change["resolved_at"] is None


def test_reopening_moves_no_clock_that_was_answered_or_missed() -> None:
    change = a_ticket(resolved_at=NINE, responded_at=NINE, resolution_breached_at=NINE + 3 * HOUR)
    clocks.go_on(change, NINE + HOUR)
    assert (change["response_due_at"], change["resolution_due_at"]) == (NINE + HOUR, NINE + 3 * HOUR)
