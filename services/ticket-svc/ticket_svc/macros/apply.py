"""Using a macro: its message is written and its actions are done, all of it in one transaction or nothing of it.

Each part is the operation that a single request runs, in the agent's name, and its steps on the trail carry the
macro's id. The ticket is locked first, by all of them in the same order; the counter of uses comes last.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from asyncpg.exceptions import IntegrityConstraintViolationError

from common.db import Db
from common.http.identity import Caller
from common.http.problems import Conflict, FieldError, Problem, contents
from ticket_svc.bulk.do import do_one
from ticket_svc.macros.count import count_use
from ticket_svc.macros.fill_in import fill_in
from ticket_svc.macros.read import one_macro
from ticket_svc.macros.schemas import FilledMessage, MacroUsed, MacroView, Using
from ticket_svc.teams.windows import Windows
from ticket_svc.tickets.change import begin_where_it_stands
from ticket_svc.tickets.note import note
from ticket_svc.tickets.reply import Replied, reply
from ticket_svc.tickets.schemas import NewNote, NewReply
from ticket_svc.trail.write import in_macro


class MacroNotActive(Conflict):
    """The macro is not to be used any more."""


class MacroSaysNothing(Conflict):
    """The macro has no message that could be edited."""


class ValuesMissing(Conflict):
    """The ticket has no values for some variables: nobody is sent a text with holes."""


class ActionOnMergedTicket(Conflict):
    """Actions are done to the ticket itself, and this one is part of another now."""


class ActionRefused(Conflict):
    """A part of the macro was refused, so nothing of it was done. `refused` says which part, `problem` why."""


async def apply_macro(
    db: Db,
    who: Caller,
    *,
    ticket_id: UUID,
    macro_id: UUID,
    wanted: Using | None,
    seen: int | None,
    now: datetime,
    standard: Windows,
) -> MacroUsed:
    """Write the macro's message, or what the agent made of it, and do its actions in their order.

    Raises NoSuchMacro, NoSuchTicket, StaleVersion, MacroNotActive, MacroSaysNothing, ValuesMissing,
    ActionOnMergedTicket, ActionRefused, NotInThisLanguage, TooLongFilledIn.
    """
    using = wanted or Using()
    kept = await one_macro(db, who, macro_id, now=now, hold=True)
    if not kept.active:
        raise MacroNotActive(f"The macro {kept.name} is not active.")
    change = await begin_where_it_stands(db, ticket_id, seen=seen)
    if kept.actions and change.id != ticket_id:
        raise ActionOnMergedTicket("Use the macro on the ticket that this one is part of.", merged_into_id=change.id)
    filled = await fill_in(db, who, kept, change.row, language=using.language)
    message = _edited(kept, filled.message, using)
    said: Replied | None = None
    version = change.version
    with in_macro(kept.id):
        if message:
            with _part("message", message.kind):
                said = await _say(db, who, change.id, message, now=now, standard=standard)
            version = said.version
        for place, action in enumerate(filled.actions):
            with _part(f"actions/{place}", action.do):
                version = await do_one(db, who, action, ticket_id=change.id, seen=None, now=now, standard=standard)
    count_use(db, kept.id, now=now)
    return MacroUsed(
        ticket_id=change.id,
        version=version,
        message_id=said.message.id if said else None,
        language=message.language if message else None,
        actions=len(filled.actions),
    )


def _edited(kept: MacroView, message: FilledMessage | None, using: Using) -> FilledMessage | None:
    """The message as the agent wants it."""
    if using.text is None and using.html is None:
        if message and message.missing:
            raise ValuesMissing(
                f"The ticket has no value for {', '.join(message.missing)}: use the macro with an edited text.",
                missing=message.missing,
            )
        return message
    if message is None:
        raise MacroSaysNothing(f"The macro {kept.name} only acts.")
    return message.model_copy(update={"text": using.text, "html": using.html})


async def _say(
    db: Db, who: Caller, ticket_id: UUID, message: FilledMessage, *, now: datetime, standard: Windows
) -> Replied:
    # What was not given is left out: a text is made of the HTML then.
    told = {name: value for name in ("text", "html") if (value := getattr(message, name)) is not None}
    if message.kind == "note":
        return await note(db, who, ticket_id=ticket_id, wanted=NewNote.model_validate(told), seen=None, now=now)
    wanted = NewReply.model_validate(told)
    return await reply(db, who, ticket_id=ticket_id, wanted=wanted, seen=None, now=now, standard=standard)


@contextmanager
def _part(pointer: str, do: str) -> Iterator[None]:
    """Let whatever this part of the macro raises say which part it was."""
    try:
        yield
    except Problem as problem:
        raise _refused(pointer, do, problem) from problem
    except IntegrityConstraintViolationError as error:
        broken = Conflict("Something like it exists, or what it refers to does not.")
        raise _refused(pointer, do, broken) from error


def _refused(pointer: str, do: str, problem: Problem) -> ActionRefused:
    errors = [
        FieldError(pointer=f"/{pointer}{one.pointer}", detail=one.detail, code=one.code) for one in problem.errors
    ]
    refused: dict[str, Any] = {"pointer": f"/{pointer}", "do": do}
    detail = f"{do} was refused, so nothing was done: {problem.detail}"
    return ActionRefused(detail, errors=errors, refused=refused, problem=contents(problem))
