"""Whether a macro may be kept as it is wanted: its variables are known here, and whoever shares it may."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from common.db import Db
from common.http.identity import Caller
from common.http.problems import Problem
from ticket_svc.bulk.schemas import Noting
from ticket_svc.fields.definitions import Definitions, Fault
from ticket_svc.fields.fill_in import refuse
from ticket_svc.fields.known import load
from ticket_svc.macros.schemas import MacroWanted
from ticket_svc.macros.variables import faults_in, faults_in_html
from ticket_svc.views.access import may_become
from ticket_svc.writing.schemas import NewWriting

SHARE = "macros:share"
"""The permission to give a macro to everyone, and to change one that everyone has."""


class MayNotShareMacros(Problem):
    """What everyone uses is for those to change who have the permission."""

    status, title = 403, "Not allowed"

    def __init__(self) -> None:
        super().__init__(f"This needs the permission {SHARE}.", permission=SHARE)


async def accept_macro(db: Db, who: Caller, wanted: MacroWanted) -> dict[str, Any]:
    """The columns of the macro's row. Raises Invalid (variables), MayNotShareMacros."""
    if not may_become(wanted.shared, may_share=who.can(SHARE)):
        raise MayNotShareMacros
    refuse(list(_faults(wanted, await load(db))))
    message = wanted.message
    return {
        **wanted.model_dump(include={"name", "category", "position", "active", "shared"}),
        "message": message
        and {"kind": message.kind, **{language: _kept(text) for language, text in message.texts().items()}},
        # What was left out of an update stays as it is on a ticket; so it must be left out here too.
        "actions": [action.model_dump(mode="json", exclude_unset=True) for action in wanted.actions],
    }


def _faults(wanted: MacroWanted, definitions: Definitions) -> Iterator[Fault]:
    for language, text in wanted.message.texts().items() if wanted.message else ():
        pointer = f"/message/{language}"
        if text.html:
            yield from faults_in_html(text.html, f"{pointer}/html", definitions)
        if "text" in text.model_fields_set:
            yield from faults_in(text.text, f"{pointer}/text", definitions)
    for place, action in enumerate(wanted.actions):
        if isinstance(action, Noting):
            yield from faults_in(action.text, f"/actions/{place}/text", definitions)


def _kept(text: NewWriting) -> dict[str, str | None]:
    return {"text": text.text, "html": text.html or None}
