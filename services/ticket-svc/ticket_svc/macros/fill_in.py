"""What a macro says of a ticket: its text in the right language, with the ticket's values in the place of variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from common.contracts.tickets import Language
from common.db import Db, ReadDb
from common.http.identity import Caller
from common.http.problems import Conflict
from ticket_svc.bulk.schemas import Action, Noting
from ticket_svc.customers.mask import PERSONAL, mask_name
from ticket_svc.fields.tables import field
from ticket_svc.macros.messages import NOTHING
from ticket_svc.macros.schemas import FilledMessage, MacroMessage, MacroView
from ticket_svc.macros.shown import shown
from ticket_svc.macros.variables import PREFIX, fill, fill_html, names_in
from ticket_svc.macros.variant import variant_of
from ticket_svc.writing import html as writing_html
from ticket_svc.writing import text as writing_text


class NotInThisLanguage(Conflict):
    """The macro says nothing in the language that was asked for."""


class TooLongFilledIn(Conflict):
    """With the ticket's values the text is longer than a message may be."""


@dataclass(frozen=True, slots=True)
class FilledIn:
    """A macro with a ticket's values."""

    message: FilledMessage | None
    actions: Sequence[Action]


_ACTIONS: TypeAdapter[list[Action]] = TypeAdapter(list[Action])
_FIELDS = sa.select(field.c.key, field.c.kind, field.c.choices).where(
    field.c.key.in_(sa.bindparam("wanted_keys", expanding=True))
)


async def fill_in(
    db: ReadDb | Db, who: Caller, kept: MacroView, ticket: Mapping[Any, Any], *, language: Language | None
) -> FilledIn:
    """The macro with the values of a ticket (its row, with the names that its view shows), as `who` may see them.

    Raises NotInThisLanguage, TooLongFilledIn.
    """
    spoken = _language(kept.message, language, ticket["language"])
    actions = _ACTIONS.validate_python(kept.actions)
    text = kept.message.texts()[spoken] if kept.message else None
    notes = [action.text for action in actions if isinstance(action, Noting)]
    names = set().union(*map(names_in, [*notes, *((text.text, text.html or "") if text else ())]))
    values = await _values(db, who, ticket, names, spoken)
    message = None
    if kept.message and text:
        message = FilledMessage(
            kind=kept.message.kind,
            language=spoken,
            text=_short(fill(text.text, values), writing_text.LONGEST),
            html=_short(fill_html(text.html, values), writing_html.LONGEST) if text.html else None,
            missing=sorted((names_in(text.text) | names_in(text.html or "")) - values.keys()),
        )
    return FilledIn(message, [_filled(action, values) for action in actions])


def _language(message: MacroMessage | None, asked: Language | None, ticket: Language) -> Language:
    if message is None:
        return asked or ticket
    found = variant_of(message.texts(), asked=asked, ticket=ticket)
    if found is None:
        raise NotInThisLanguage(f"This macro says nothing in {asked}.")
    return found


async def _values(
    db: ReadDb | Db, who: Caller, ticket: Mapping[Any, Any], names: set[str], language: Language
) -> dict[str, str]:
    """The values that there are."""
    customer = ticket["customer_name"]
    values = {
        "customer.name": customer if who.can(PERSONAL) else mask_name(customer),
        "ticket.number": str(ticket["number"]),
        "ticket.subject": ticket["subject"],
        "agent.name": who.name,
    }
    filled: Mapping[str, Any] = ticket["fields"]
    keys = [key for key in filled if f"{PREFIX}{key}" in names]
    rows = (await db.execute(_FIELDS, {"wanted_keys": keys})).all() if keys else []
    return values | {f"{PREFIX}{row.key}": shown(row.kind, filled[row.key], row.choices, language) for row in rows}


def _filled(action: Action, values: Mapping[str, str]) -> Action:
    if not isinstance(action, Noting):
        return action
    # Nobody outside reads it, and nobody can edit it: so a note may say that there is nothing.
    said = _short(fill(action.text, values, missing=NOTHING), writing_text.LONGEST)
    return action.model_copy(update={"text": said})


def _short(text: str, longest: int) -> str:
    if len(text) > longest:
        raise TooLongFilledIn(f"Filled in, a text has more than {longest} characters.")
    return text
