"""What macros name that is no longer there: fields, agents, teams, types, custom statuses; found when they are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import TypeAdapter

from common.db import Db, ReadDb
from common.http.problems import FieldError
from ticket_svc.bulk.schemas import Action, Noting
from ticket_svc.fields.definitions import Fault
from ticket_svc.macros.schemas import MacroView
from ticket_svc.macros.variables import faults_in, faults_in_html
from ticket_svc.rules.sound import There, faults_of_action
from ticket_svc.rules.there import what_is_there

_ACTIONS = TypeAdapter(list[Action])


async def with_problems(db: Db | ReadDb, macros: Sequence[MacroView]) -> list[MacroView]:
    """The macros, each with what is wrong with it by now; what there is, is read once for all of them."""
    actions = [_ACTIONS.validate_python(one.actions) for one in macros]
    there = await what_is_there(db, [action for of_one in actions for action in of_one])
    return [
        one.model_copy(update={"problems": [_error(fault) for fault in _faults(one, of_one, there)]})
        for one, of_one in zip(macros, actions, strict=True)
    ]


def _faults(macro: MacroView, actions: Sequence[Action], there: There) -> Iterator[Fault]:
    for language, text in macro.message.texts().items() if macro.message else ():
        pointer = f"/message/{language}"
        if text.html:
            yield from faults_in_html(text.html, f"{pointer}/html", there.definitions)
        else:
            yield from faults_in(text.text, f"{pointer}/text", there.definitions)
    for place, action in enumerate(actions):
        yield from faults_of_action(action, f"/actions/{place}", there)
        if isinstance(action, Noting):
            yield from faults_in(action.text, f"/actions/{place}/text", there.definitions)


def _error(fault: Fault) -> FieldError:
    return FieldError(pointer=fault.pointer, detail=fault.detail, code=fault.code)
