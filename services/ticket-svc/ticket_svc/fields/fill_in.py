"""Filling in a ticket's fields: by what is known of the definitions, read anew before anything is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn
from uuid import UUID

from common.db import Db
from common.http.problems import Conflict, FieldError, Invalid
from ticket_svc.fields.accept import accept_change, accept_new
from ticket_svc.fields.definitions import DEFAULT_TYPE, Definitions, Fault
from ticket_svc.fields.known import at_edition, load
from ticket_svc.fields.required import missing_on_resolve


class FieldsChanging(Conflict):
    """The fields are being changed; ask again."""


class FieldsMissing(Conflict):
    """The ticket's type asks for fields that must be filled in before it is resolved."""


@dataclass(frozen=True, slots=True)
class FilledIn:
    """The type and values of a new ticket, and the edition they were judged by."""

    type: str
    values: Mapping[str, Any]
    edition: UUID


async def fill_in_new(
    db: Db, definitions: Definitions, *, type_key: str | None, given: Mapping[str, Any], form_was_shown: bool
) -> FilledIn:
    """The type and values of a new ticket. Raises Invalid, but only by the present definitions."""
    key = type_key or DEFAULT_TYPE
    filled = accept_new(definitions, key, given, form_was_shown=form_was_shown)
    if filled.faults:
        definitions = await load(db)
        filled = accept_new(definitions, key, given, form_was_shown=form_was_shown)
    refuse(filled.faults)
    return FilledIn(key, filled.values, definitions.edition)


async def fill_in_again(
    db: Db, edition: UUID, *, type_key: str, given: Mapping[str, Any], present: Mapping[str, Any], new_type: bool
) -> Mapping[str, Any]:
    """The values of a ticket after a change, by the definitions of this edition. Raises Invalid."""
    definitions = await at_edition(db, edition)
    filled = accept_change(definitions, type_key, given, present=present, new_type=new_type)
    refuse(filled.faults)
    return filled.values


async def must_be_filled_in(db: Db, edition: UUID, *, type_key: str, values: Mapping[str, Any]) -> None:
    """Raise FieldsMissing when a ticket with these values may not be resolved."""
    definitions = await at_edition(db, edition)
    missing = missing_on_resolve(definitions.form(type_key), values)
    if missing:
        detail = "Fill this in before the ticket is resolved."
        errors = [FieldError(pointer=f"/fields/{key}", detail=detail, code="missing_field") for key in missing]
        raise FieldsMissing(f"Missing before it is resolved: {', '.join(missing)}.", errors=errors)


def refuse(faults: Sequence[Fault]) -> None:
    """Raise Invalid that names every fault, if there is any."""
    if faults:
        _refuse(faults)


def _refuse(faults: Sequence[Fault]) -> NoReturn:
    errors = [FieldError(pointer=one.pointer, detail=one.detail, code=one.code) for one in faults]
    raise Invalid(f"{faults[0].pointer}: {faults[0].detail}", errors=errors)
