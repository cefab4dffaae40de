"""What stays of a ticket whose content is erased."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ticket_svc.fields.definitions import Field
from ticket_svc.rights.stays import fields_stay, step_stays
from ticket_svc.tickets.erased_id import erased_id

TEXTS = {"subject", "comment", "outcome", "reason", "fields", "tags", "customer_name", "author_name", "text"}


def test_of_a_step_figures_stay_and_texts_go() -> None:
    told = {"priority": {"from": "low", "to": "high"}, "score": 1, "message_id": "m", **dict.fromkeys(TEXTS, "x")}
    assert step_stays(told) == {"priority": {"from": "low", "to": "high"}, "score": 1, "message_id": "m"}


@given(st.dictionaries(st.text(), st.text()))
def test_whatever_a_step_may_come_to_say_goes_unless_it_is_named(told: dict[str, str]) -> None:
    assert step_stays({f"new_{name}": value for name, value in told.items()}).keys() <= {"new_id", "new_number"}


def test_only_what_was_chosen_stays_of_the_fields() -> None:
    kinds = ("text", "number", "date", "choice", "multi_choice", "cascade", "boolean")
    fields = {kind: Field(kind, kind, (), active=True) for kind in kinds}
    values = {**dict.fromkeys(kinds, "x"), "unknown": "x"}
    assert fields_stay(values, fields).keys() == {"choice", "multi_choice", "cascade", "boolean"}


def test_ticket_is_known_by_a_print_of_its_id() -> None:
    assert erased_id("mail-7") == erased_id("mail-7") != erased_id("mail-8")
    assert "mail" not in erased_id("mail-7")
