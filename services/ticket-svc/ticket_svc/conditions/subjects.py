"""Which properties of a ticket can be asked about, and with which operators. Nothing else can be. Pure."""

from __future__ import annotations

from typing import get_args

from common.contracts.tickets import Channel, Language, Priority
from ticket_svc.conditions.model import Operator, Shape, Subject
from ticket_svc.customers.schemas import Tier
from ticket_svc.fields.definitions import Definitions, Kind
from ticket_svc.tickets.status import STATUSES

_EMPTY: tuple[Operator, ...] = ("is_empty", "is_not_empty")
OPERATORS: dict[Shape, tuple[Operator, ...]] = {
    "word": ("is", "is_not", "in", "not_in", *_EMPTY),
    "person": ("is", "is_not", "in", "not_in"),
    "tags": ("has_any", "has_all", "has_none", *_EMPTY),
    "moment": ("before", "after", "on", *_EMPTY),
    "flag": ("is", *_EMPTY),
    "text": ("is", "is_not", "contains", "not_contains", *_EMPTY),
    "number": ("is", "is_not", "at_least", "at_most", *_EMPTY),
    "date": ("is", "is_not", "before", "after", "on", *_EMPTY),
    "choice": ("is", "is_not", "in", "not_in", *_EMPTY),
    "choices": ("has_any", "has_all", "has_none", *_EMPTY),
    "phrase": ("contains_any", "contains_none"),
    "path": ("under", "not_under", *_EMPTY),
}
"""The operators of each shape; those about emptiness only where the property can be empty."""

SHAPES: dict[Kind, Shape] = {
    "text": "text",
    "number": "number",
    "date": "date",
    "choice": "choice",
    "multi_choice": "choices",
    "cascade": "path",
    "boolean": "flag",
}
"""The shape of each kind of custom field."""

PREFIX = "fields."
"""What stands before the key of a custom field."""

_OWN = (
    Subject("status", "word", frozenset(STATUSES)),
    Subject("priority", "word", frozenset(get_args(Priority))),
    Subject("channel", "word", frozenset(get_args(Channel))),
    Subject("language", "word", frozenset(get_args(Language))),
    Subject("tier", "word", frozenset(get_args(Tier))),
    Subject("topic", "word", can_be_empty=True),
    Subject("subject", "phrase"),
    Subject("agent_id", "person"),
    Subject("tags", "tags", can_be_empty=True),
    Subject("opened_at", "moment"),
    Subject("updated_at", "moment"),
    Subject("response_due_at", "moment"),
    Subject("resolution_due_at", "moment"),
    Subject("responded_at", "moment", can_be_empty=True),
    Subject("resolved_at", "moment", can_be_empty=True),
    Subject("breached", "flag"),
    Subject("response_breached", "flag"),
    Subject("resolution_breached", "flag"),
)
OWN = {subject.name: subject for subject in _OWN}
"""What every ticket has, beside its type and its custom fields."""


class Unknown(LookupError):
    """There is nothing of this name to ask about."""

    def __init__(self, detail: str, code: str) -> None:
        super().__init__(detail)
        self.detail, self.code = detail, code


def subject_of(name: str, definitions: Definitions) -> Subject:
    """The property of this name. Raises Unknown, also for a custom field that is no longer used."""
    if name == "type":
        return Subject("type", "word", frozenset(definitions.types))
    if not name.startswith(PREFIX):
        if name not in OWN:
            raise Unknown("Tickets cannot be asked about this.", "unknown_subject")
        return OWN[name]
    field = definitions.fields.get(name.removeprefix(PREFIX))
    if field is None:
        raise Unknown("There is no such field.", "unknown_field")
    if not field.active:
        raise Unknown("This field is no longer used.", "inactive_field")
    return Subject(name, SHAPES[field.kind], can_be_empty=True, key=field.key)


def operators_of(subject: Subject) -> tuple[Operator, ...]:
    """The operators with which it can be asked about."""
    every = OPERATORS[subject.shape]
    return every if subject.can_be_empty else tuple(one for one in every if one not in _EMPTY)
