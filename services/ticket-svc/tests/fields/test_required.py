"""What a form requires, and when."""

from __future__ import annotations

from typing import get_args

from common.contracts.tickets import Channel
from ticket_svc.fields.definitions import Field, FormField
from ticket_svc.fields.required import form_is_shown, missing_on_create, missing_on_resolve

FORM = (
    FormField(Field("a", "text"), required_on_create=True),
    FormField(Field("b", "boolean"), required_on_resolve=True),
    FormField(Field("c", "number"), required_on_create=True, required_on_resolve=True),
)


def test_each_occasion_asks_for_its_own_in_the_order_of_the_form() -> None:
    assert missing_on_create(FORM, {}) == ["a", "c"]
    assert missing_on_resolve(FORM, {}) == ["b", "c"]


def test_no_and_nought_are_answers() -> None:
    assert missing_on_resolve(FORM, {"b": False, "c": 0}) == []


def test_a_mail_is_not_refused_for_want_of_a_field() -> None:
    shown = {channel for channel in get_args(Channel) if form_is_shown(channel)}
    assert shown == {"api", "web", "phone"}
