"""Who sees a view, and who changes it."""

from __future__ import annotations

from uuid import UUID

import pytest

from ticket_svc.views.access import changes, may_become, sees

ANN, BOB = UUID(int=1), UUID(int=2)


def test_a_private_view_is_its_owners_alone() -> None:
    assert sees(ANN, owner=ANN, shared="private")
    assert not sees(BOB, owner=ANN, shared="private")
    assert sees(BOB, owner=ANN, shared="everyone")


@pytest.mark.parametrize(
    ("who", "shared", "may_share", "expected"),
    [
        (ANN, "private", False, True),
        (BOB, "private", True, False),
        (ANN, "everyone", False, False),
        (BOB, "everyone", True, True),
        (BOB, "everyone", False, False),
    ],
)
def test_what_everyone_sees_is_changed_by_those_who_may_share(
    who: UUID, shared: str, *, may_share: bool, expected: bool
) -> None:
    assert changes(who, owner=ANN, shared=shared, may_share=may_share) is expected


def test_only_those_who_may_share_show_a_view_to_everyone() -> None:
    assert may_become("private", may_share=False)
    assert may_become("everyone", may_share=True)
    assert not may_become("everyone", may_share=False)
