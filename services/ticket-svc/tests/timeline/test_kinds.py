"""What a timeline can be asked for."""

from __future__ import annotations

import pytest

from ticket_svc.timeline.kinds import Sought, kind_of_step, sought


@pytest.mark.parametrize(
    ("type_", "kind"),
    [
        ("ticket.opened", "opened"),
        ("ticket.resolved", "ticket"),
        ("sla.breached", "sla"),
        ("survey.answered", "survey"),
        ("recovery.closed", "recovery"),
        ("suggestion.made", "suggestion"),
        ("message.edited", "ticket"),
        ("something.new", "ticket"),
    ],
)
def test_steps_have_kinds(type_: str, kind: str) -> None:
    assert kind_of_step(type_) == kind


def test_nothing_named_asks_for_all() -> None:
    steps = ("opened", "recovery", "sla", "suggestion", "survey", "ticket")
    assert sought((), channel=None, may_read_tickets=True) == Sought(True, True, steps, True)


def test_only_what_is_named_is_read() -> None:
    assert sought(("note", "survey"), channel=None, may_read_tickets=True) == Sought(False, True, ("survey",), False)


def test_who_the_customer_is_has_no_channel() -> None:
    assert not sought((), channel="email", may_read_tickets=True).customer


def test_who_may_not_read_tickets_is_told_nothing_of_them() -> None:
    assert sought((), channel=None, may_read_tickets=False) == Sought(False, False, (), True)
