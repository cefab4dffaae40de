"""Whether what happened is what a rule asks for: what changed, as the ticket's trail tells it; which score. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ticket_svc.rules.trigger import Changed, EventTrigger


def has_changed(wanted: Sequence[Changed], told: Mapping[str, Any]) -> bool:
    """Whether one of the wanted changes is among those that were `told`; nothing wanted is always so."""
    return not wanted or any(_is_among(one, told) for one in wanted)


def has_score(wanted: EventTrigger, score: int | None) -> bool:
    """Whether the score that a customer gave (None: it was something else that happened) is one that is asked for."""
    if score is None:
        return True
    return (wanted.score_at_least or score) <= score <= (wanted.score_at_most or score)


def _is_among(one: Changed, told: Mapping[str, Any]) -> bool:
    if one.field == "tags":
        return _tagged(one, told)
    change = _change_of(one.field, told)
    if change is None or change["from"] == change["to"]:
        return False
    asked = one.model_fields_set
    return ("was" not in asked or change["from"] == one.was) and ("becomes" not in asked or change["to"] == one.becomes)


def _change_of(field: str, told: Mapping[str, Any]) -> Mapping[str, Any] | None:
    if field == "agent_id" and "agent_id" in told:
        # An assignment is told in words of its own.
        return {"from": told.get("before"), "to": told["agent_id"]}
    found = told.get(field)
    return found if isinstance(found, Mapping) and {"from", "to"} <= found.keys() else None


def _tagged(one: Changed, told: Mapping[str, Any]) -> bool:
    asked, added, removed = one.model_fields_set, told.get("added", ()), told.get("removed", ())
    if not {"was", "becomes"} & asked:
        return bool(added or removed)
    return ("was" not in asked or one.was in removed) and ("becomes" not in asked or one.becomes in added)
