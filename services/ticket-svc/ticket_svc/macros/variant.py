"""In which language a macro speaks. Pure."""

from __future__ import annotations

from collections.abc import Collection

from common.contracts.tickets import Language


def variant_of(written: Collection[Language], *, asked: Language | None, ticket: Language) -> Language | None:
    """The language that was asked for, else the ticket's, else the one that there is; None when what was asked is not.

    Somebody who chose a language is not given another one unasked: they may not read it before the customer does.
    """
    if asked is not None:
        return asked if asked in written else None
    return ticket if ticket in written else next(iter(written), None)
