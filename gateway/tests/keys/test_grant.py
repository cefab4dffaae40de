from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from common.http.identity import Caller
from common.http.permissions import EVERY, ROLES
from gateway.keys.grant import ALL, beyond, without_effect

ROLE = st.sampled_from(["admin", "supervisor", "agent", "integration"])
SCOPES = st.one_of(st.just([ALL]), st.lists(st.sampled_from(sorted(EVERY)), min_size=1, unique=True))


def maker(role: str, scopes: list[str]) -> Caller:
    return Caller(id=uuid4(), kind="key", role=role, name="maker", scopes=frozenset(scopes))


def test_an_admin_may_give_anything() -> None:
    assert beyond(maker("admin", [ALL]).can, role="admin", scopes=[ALL]) == []


def test_a_key_with_few_scopes_cannot_make_a_mightier_one() -> None:
    limited = maker("admin", ["keys:write", "tickets:read"])
    assert beyond(limited.can, role="agent", scopes=["tickets:read"]) == []
    assert beyond(limited.can, role="agent", scopes=["tickets:write"]) == ["tickets:write"]
    assert "users:write" in beyond(limited.can, role="admin", scopes=[ALL])


@given(maker_role=ROLE, maker_scopes=SCOPES, role=ROLE, scopes=SCOPES)
def test_what_is_not_refused_never_exceeds_the_maker(
    maker_role: str, maker_scopes: list[str], role: str, scopes: list[str]
) -> None:
    who = maker(maker_role, maker_scopes)
    if beyond(who.can, role=role, scopes=scopes) == []:
        made = maker(role, scopes)
        assert all(who.can(permission) for permission in EVERY if made.can(permission))


def test_scopes_that_a_role_never_has_are_named() -> None:
    assert without_effect(role="integration", scopes=["tickets:read", "users:write", "made:up"]) == [
        "made:up",
        "users:write",
    ]
    assert all(without_effect(role=role, scopes=[ALL]) == [] for role in ROLES)
