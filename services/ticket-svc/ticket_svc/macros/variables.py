"""What may stand in a macro's text for a value of the ticket: these names, and nothing that is computed. Pure.

`{{customer.name}}`, `{{field.order_no}}`. Values are put in once and not read again: whatever a customer is called,
nothing in their name is taken for a variable, and in HTML nothing for a tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ticket_svc.fields.definitions import Definitions, Fault
from ticket_svc.writing.html import harmless
from ticket_svc.writing.pieces import Start, put_together, take_apart

OWN = ("customer.name", "ticket.number", "ticket.subject", "agent.name")
"""What every ticket has; `agent.name` is whoever uses the macro."""
PREFIX = "field."
"""What stands before the key of a custom field."""

_VARIABLE = re.compile(r"\{\{([^{}]*)\}\}")
_OPENS = "{{"


def names_in(text: str) -> set[str]:
    """The names of the variables in a text, or in harmless HTML."""
    return {found.strip() for found in _VARIABLE.findall(text)}


def faults_in(text: str, pointer: str, definitions: Definitions) -> Iterator[Fault]:
    """What is wrong with the variables of a text."""
    for name in sorted(names_in(text)):
        if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in definitions.fields:
            yield Fault(pointer, f"There is no such field: {name}.", "unknown_field")
        elif not name.startswith(PREFIX) and name not in OWN:
            yield Fault(pointer, f"There is no such variable: {name}. There are {_known()}.", "unknown_variable")
    if _OPENS in _VARIABLE.sub(" ", text):
        yield Fault(pointer, "Here a variable begins and does not end.", "unknown_variable")


def faults_in_html(html: str, pointer: str, definitions: Definitions) -> Iterator[Fault]:
    """What is wrong with the variables of harmless HTML: they stand in its text, not in its tags."""
    pieces = take_apart(html)
    for piece in pieces:
        if isinstance(piece, str):
            yield from faults_in(piece, pointer, definitions)
    if any(_OPENS in value for piece in pieces if isinstance(piece, Start) for _, value in piece.attributes):
        yield Fault(pointer, "A variable stands in the text, not in a tag.", "variable_in_tag")


def fill(text: str, values: Mapping[str, str], *, missing: str = "") -> str:
    """The text with values for its variables, `missing` for those that have none."""
    return _VARIABLE.sub(lambda found: values.get(found[1].strip(), missing), text)


def fill_html(html: str, values: Mapping[str, str]) -> str:
    """Harmless HTML with values for its variables: whatever they say, they are text."""
    pieces = (fill(piece, values) if isinstance(piece, str) else piece for piece in take_apart(html))
    return harmless(put_together(pieces))


def _known() -> str:
    return ", ".join([*OWN, f"{PREFIX}<key>"])
