"""What is wrong with a rule: what it names that is not there, and what would answer itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ticket_svc.bulk.schemas import Assigning, Updating
from ticket_svc.conditions.check import check
from ticket_svc.conditions.model import ME, Condition
from ticket_svc.fields.accept import WrongValue, accept_value
from ticket_svc.fields.definitions import Definitions, Fault
from ticket_svc.rules.foresee import Action
from ticket_svc.rules.schemas import Replying
from ticket_svc.rules.trigger import DEADLINES, EventTrigger, TimeTrigger
from ticket_svc.rules.wording import unknown_places


@dataclass(frozen=True, slots=True)
class There:
    """What there is that a rule may name."""

    definitions: Definitions
    agents: Collection[UUID]
    teams: Collection[UUID]
    """Those that take tickets."""
    statuses: Collection[UUID] = ()
    """The custom statuses that are in use."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A rule's condition (None: any ticket, or none at all when it has faults), and all that is wrong with the rule."""

    condition: Condition | None
    of_condition: tuple[Fault, ...] = ()
    of_the_rest: tuple[Fault, ...] = ()

    @property
    def faults(self) -> tuple[Fault, ...]:
        """All of them."""
        return (*self.of_condition, *self.of_the_rest)


def judged_condition(wanted: Mapping[str, Any] | None, definitions: Definitions) -> Judged:
    """The condition of a rule; null is any ticket. A rule is nobody, so it cannot ask for its own tickets."""
    if wanted is None:
        return Judged(None)
    checked = check(wanted, definitions)
    faults = (*checked.faults, *_about_me(wanted, "/conditions"))
    return Judged(None if faults else checked.condition, faults)


def judged(
    trigger: EventTrigger | TimeTrigger, wanted: Mapping[str, Any] | None, actions: Sequence[Action], there: There
) -> Judged:
    """The rule's condition, and everything that is wrong with the rule."""
    found = judged_condition(wanted, there.definitions)
    of_actions = [fault for place, action in enumerate(actions) for fault in _faults(action, place, trigger, there)]
    return Judged(found.condition, found.of_condition, (*_of_trigger(trigger), *of_actions))


def _of_trigger(trigger: EventTrigger | TimeTrigger) -> Iterator[Fault]:
    if isinstance(trigger, TimeTrigger):
        if (trigger.since == "entered_status") != (trigger.status is not None):
            yield Fault("/trigger/status", "entered_status, and only that, needs a status.", "status_or_not")
        if trigger.before and trigger.since not in DEADLINES:
            yield Fault("/trigger/before", "Only before a deadline can something be done.", "not_before")
    else:
        yield from _of_score(trigger)


def _of_score(trigger: EventTrigger) -> Iterator[Fault]:
    least, most = trigger.score_at_least, trigger.score_at_most
    for name, score in (("score_at_least", least), ("score_at_most", most)):
        if score is not None and trigger.on != ["survey_answered"]:
            yield Fault(f"/trigger/{name}", "Only survey_answered, alone, has a score.", "score_or_not")
    if least is not None and most is not None and least > most:
        yield Fault("/trigger/score_at_most", "No score is that high and that low.", "no_such_score")


def _about_me(wanted: Any, pointer: str) -> Iterator[Fault]:
    if isinstance(wanted, Mapping):
        value = wanted.get("value")
        if wanted.get("field") == "agent_id" and (value == ME or (isinstance(value, list) and ME in value)):
            yield Fault(f"{pointer}/value", 'A rule is nobody: "me" is no one.', "wrong_value")
        for name in ("all", "any"):
            parts = wanted.get(name)
            for place, part in enumerate(parts if isinstance(parts, list) else ()):
                yield from _about_me(part, f"{pointer}/{name}/{place}")


def _faults(action: Action, place: int, trigger: EventTrigger | TimeTrigger, there: There) -> Iterator[Fault]:
    here = f"/actions/{place}"
    yield from faults_of_action(action, here, there)
    if isinstance(action, Replying):
        for language, name in unknown_places(action.text):
            yield Fault(f"{here}/text/{language}", f"Nothing stands for {{{{{name}}}}}.", "unknown_place")
        if isinstance(trigger, EventTrigger) and "assistant_replied" in trigger.on:
            yield Fault(here, "Two programs would answer each other.", "answers_a_program")


def faults_of_action(action: Action, here: str, there: There) -> Iterator[Fault]:
    """What an action names that is not there; `here` is where it stands."""
    if isinstance(action, Assigning) and action.agent_id not in there.agents:
        yield Fault(f"{here}/agent_id", "No agent has this id.", "no_such_agent")
    if isinstance(action, Updating):
        yield from _of_update(action, here, there)


def _of_update(action: Updating, here: str, there: There) -> Iterator[Fault]:
    if action.team_id is not None and action.team_id not in there.teams:
        yield Fault(f"{here}/team_id", "No team that takes tickets has this id.", "no_such_team")
    if action.custom_status_id is not None and action.custom_status_id not in there.statuses:
        yield Fault(f"{here}/custom_status_id", "No custom status in use has this id.", "no_such_status")
    known = there.definitions.types.get(action.type) if action.type is not None else None
    if action.type is not None and (known is None or not known.active):
        yield Fault(f"{here}/type", "There is no such type in use.", "unknown_type")
    for key, value in (action.fields or {}).items():
        yield from _of_field(key, value, f"{here}/fields/{key}", there.definitions)


def _of_field(key: str, value: Any, here: str, definitions: Definitions) -> Iterator[Fault]:
    field = definitions.fields.get(key)
    if field is None:
        yield Fault(here, "There is no such field.", "unknown_field")
    elif not field.active:
        yield Fault(here, "This field is no longer used.", "inactive_field")
    elif value is not None:
        try:
            accept_value(field, value)
        except WrongValue as wrong:
            yield Fault(here, wrong.detail, wrong.code)
