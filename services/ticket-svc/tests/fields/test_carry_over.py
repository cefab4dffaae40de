"""What another ticket takes over of a ticket's type and fields."""

from __future__ import annotations

from uuid import UUID

from ticket_svc.fields.carry_over import carried_over
from ticket_svc.fields.definitions import DEFAULT_TYPE, Choice, Definitions, Field, FormField, TicketType

SIZE = Field("size", "choice", (Choice("big"), Choice("small", active=False)))
ORDER, OLD = Field("order_no", "text"), Field("old", "text", active=False)
ASKED = (FormField(SIZE), FormField(ORDER, required_on_create=True))
KNOWN = Definitions(
    UUID(int=1),
    {
        DEFAULT_TYPE: TicketType(DEFAULT_TYPE, form=(FormField(ORDER),)),
        "refund": TicketType("refund", form=ASKED),
        "retired": TicketType("retired", active=False, form=ASKED),
    },
    {one.key: one for one in (SIZE, ORDER, OLD)},
)


def test_what_would_be_accepted_today_is_taken_over_and_nothing_that_is_required_is_missed() -> None:
    values = {"size": "big", "old": "x", "gone": 1}
    assert carried_over(KNOWN, "refund", values) == ("refund", {"size": "big"})
    assert carried_over(KNOWN, "refund", {"size": "small", "order_no": "A"}) == ("refund", {"order_no": "A"})


def test_a_type_that_is_no_longer_used_becomes_the_default_one_with_what_that_asks_for() -> None:
    for type_key in ("retired", "unknown"):
        assert carried_over(KNOWN, type_key, {"size": "big", "order_no": "A"}) == (DEFAULT_TYPE, {"order_no": "A"})
