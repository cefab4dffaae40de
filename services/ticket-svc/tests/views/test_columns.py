"""Which columns a view may show."""

from __future__ import annotations

from uuid import UUID

from ticket_svc.fields.definitions import Definitions, Field
from ticket_svc.views.columns import AT_FIRST, column_faults

FIELDS = {"order_no": Field("order_no", "text"), "old": Field("old", "text", active=False)}
KNOWN = Definitions(UUID(int=1), {}, FIELDS)


def test_what_tickets_have_may_be_shown() -> None:
    assert column_faults([*AT_FIRST, "tags", "type", "fields.order_no"], KNOWN) == []


def test_what_they_do_not_have_is_named_at_its_place() -> None:
    found = column_faults(["number", "sql", "number", "fields", "fields.what", "fields.old"], KNOWN)
    assert [(fault.pointer, fault.code) for fault in found] == [
        ("/columns/1", "unknown_column"),
        ("/columns/2", "twice"),
        ("/columns/3", "unknown_column"),
        ("/columns/4", "unknown_field"),
        ("/columns/5", "inactive_field"),
    ]
