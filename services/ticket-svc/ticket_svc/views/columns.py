"""Which columns a view may show: what a ticket has, and custom fields that are in use. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from ticket_svc.conditions.subjects import PREFIX, Unknown, subject_of
from ticket_svc.fields.definitions import Definitions, Fault
from ticket_svc.tickets.schemas import TicketView

MOST_COLUMNS = 30
AT_FIRST = ("number", "subject", "status", "priority", "customer", "agent_name", "updated_at")
"""The columns of a view that names none."""

_OWN = frozenset(TicketView.model_fields) - {"fields"}


def column_faults(columns: Sequence[str], definitions: Definitions) -> list[Fault]:
    """What is wrong with these columns."""
    found = ((place, _fault(column, columns[:place], definitions)) for place, column in enumerate(columns))
    return [Fault(f"/columns/{place}", *wrong) for place, wrong in found if wrong]


def _fault(column: str, before: Sequence[str], definitions: Definitions) -> tuple[str, str] | None:
    if column in before:
        return "This column stands here already.", "twice"
    if column in _OWN:
        return None
    if not column.startswith(PREFIX):
        return "Tickets have no such column.", "unknown_column"
    try:
        subject_of(column, definitions)
    except Unknown as unknown:
        return unknown.detail, unknown.code
    return None
