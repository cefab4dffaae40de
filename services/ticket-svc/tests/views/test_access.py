"""Who sees a view, and who changes it."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_svc.views.access import changes, may_become, sees

ANN, BOB = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("who", "shared", "is_member", "may_share", "expected"),
    [
        (ANN, "private", False, False, True),
        (BOB, "private", True, True, False),
        (BOB, "everyone", False, False, True),
        (BOB, "team", True, False, True),
        (BOB, "team", False, True, False),
        (ANN, "team", False, False, False),  # who left the team
        (ANN, "team", False, True, True),  # a supervisor who made it for a team that is not theirs
    ],
)
def test_a_view_is_seen_by_its_owner_its_team_or_everyone(
    who: UUID, shared: str, *, is_member: bool, may_share: bool, expected: bool
) -> None:
    assert sees(who, owner=ANN, shared=shared, is_member=is_member, may_share=may_share) is expected


@pytest.mark.parametrize(
    ("who", "shared", "may_share", "expected"),
    [
        (ANN, "private", False, True),
        (BOB, "private", True, False),
        (ANN, "everyone", False, False),
        (BOB, "everyone", True, True),
        (BOB, "everyone", False, False),
        (ANN, "team", False, True),
        (BOB, "team", False, False),
        (BOB, "team", True, True),
    ],
)
def test_what_others_see_is_changed_by_those_who_may_share_or_made_it_for_their_team(
    who: UUID, shared: str, *, may_share: bool, expected: bool
) -> None:
    assert changes(who, owner=ANN, shared=shared, may_share=may_share) is expected


@given(may_share=st.booleans(), is_member=st.booleans())
def test_only_those_who_may_share_show_a_view_to_everyone_and_members_to_their_team(
    *, may_share: bool, is_member: bool
) -> None:
    told = {"may_share": may_share, "is_member": is_member}
    assert may_become("private", **told)
    assert may_become("everyone", **told) is may_share
    assert may_become("team", **told) is (may_share or is_member)
