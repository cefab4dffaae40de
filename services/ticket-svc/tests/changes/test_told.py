"""Which events stand in the feed."""

from __future__ import annotations

from common.contracts.base import REGISTRY
from ticket_svc.changes.told import TOLD

ABOUT = ("ticket", "customer", "organisation")


def test_every_event_of_a_ticket_a_customer_or_an_organisation_is_in_the_feed() -> None:
    events = {name: event for name, event in REGISTRY.items() if event.OWNER == "ticket"}
    wanted = {name for name in events if name.partition(".")[0] in ABOUT}
    # Whoever adds an event about one of these adds its line to told.py.
    assert wanted - {one.event.TYPE for one in TOLD} == set()
    assert all(one.kind == one.event.TYPE.partition(".")[0] for one in TOLD if one.event.TYPE in wanted)


def test_no_event_stands_there_twice() -> None:
    assert len({one.event.TYPE for one in TOLD}) == len(TOLD)


def test_what_a_tombstone_points_to_is_a_field_of_its_event() -> None:
    pointing = [one for one in TOLD if one.into]
    assert {one.event.TYPE for one in pointing} == {"ticket.merged", "customer.merged"}
    assert all(str(one.into) in one.event.model_fields and one.gone for one in pointing)
