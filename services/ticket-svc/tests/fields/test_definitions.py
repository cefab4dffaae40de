"""The definitions that rows make."""

from __future__ import annotations

from uuid import UUID

from ticket_svc.fields.definitions import AS_INSTALLED, DEFAULT_TYPE, definitions_from

A_FORM = {
    "type_key": "return",
    "required_on_create": True,
    "required_on_resolve": False,
    "visible_to_customer": True,
    "default_value": None,
}


def test_a_form_is_in_its_order_and_without_inactive_fields() -> None:
    found = definitions_from(
        UUID(int=2),
        types=[{"key": "return", "active": True}],
        fields=[{"key": key, "kind": "text", "choices": [], "active": key != "b"} for key in "abc"],
        forms=[{**A_FORM, "field_key": key, "position": place} for key, place in (("c", 0), ("a", 2), ("b", 1))],
    )
    assert [one.field.key for one in found.form("return")] == ["c", "a"]
    assert found.asks("return", "a")
    assert not found.asks("return", "b")
    assert found.form("unheard_of") == ()


def test_as_installed_there_is_the_default_type_and_no_field() -> None:
    assert AS_INSTALLED.types.keys() == {DEFAULT_TYPE}
    assert AS_INSTALLED.types[DEFAULT_TYPE].active
    assert AS_INSTALLED.form(DEFAULT_TYPE) == ()
