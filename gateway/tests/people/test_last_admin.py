import pytest

from gateway.people.last_admin import leaves_no_admin


@pytest.mark.parametrize("changes", [{"role": "agent"}, {"active": False}, {"role": "agent", "active": True}])
def test_an_admin_who_is_demoted_or_disabled_is_none_any_more(changes: dict[str, object]) -> None:
    assert leaves_no_admin("admin", True, changes)


@pytest.mark.parametrize("changes", [{}, {"name": "A"}, {"role": "admin"}, {"active": True}])
def test_other_changes_leave_an_admin_an_admin(changes: dict[str, object]) -> None:
    assert not leaves_no_admin("admin", True, changes)


def test_who_is_no_active_admin_cannot_be_missed() -> None:
    assert not leaves_no_admin("agent", True, {"active": False})
    assert not leaves_no_admin("admin", False, {"role": "agent"})
