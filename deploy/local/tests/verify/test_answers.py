"""What an answer says about the fate of a call."""

import pytest

from kefu_local.verify.answers import Fate, fate, resolved_before

OPENING = {"type": "urn:kefu:problem:being-opened"}


@pytest.mark.parametrize(
    ("status", "problem", "headers", "expected"),
    [
        (201, {}, {}, Fate.DONE),
        (200, {}, {}, Fate.DONE),
        (400, {}, {}, Fate.REFUSED),
        (412, {}, {}, Fate.REFUSED),
        (409, {"type": "urn:kefu:problem:transition-refused"}, {}, Fate.REFUSED),
        (409, OPENING, {}, Fate.LATER),
        (409, {}, {"retry-after": "1"}, Fate.LATER),
        (429, {}, {}, Fate.LATER),
        (500, {}, {}, Fate.DOUBT),
        (503, {}, {"retry-after": "2"}, Fate.DOUBT),
        (504, {}, {}, Fate.DOUBT),
    ],
)
def test_an_answer_settles_a_call_or_leaves_it_in_doubt(
    status: int, problem: dict[str, str], headers: dict[str, str], expected: Fate
) -> None:
    assert fate(status, problem, headers) is expected


def test_a_refused_resolution_of_a_resolved_ticket_was_done_before() -> None:
    assert resolved_before({"ticket_status": "resolved"})
    assert resolved_before({"ticket_status": "closed"})
    assert not resolved_before({"ticket_status": "pending"})
    assert not resolved_before({})
