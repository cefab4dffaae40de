"""Faults to plant into a sound run, by what they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from integration.history.sound import AGENT, Sound
from kefu_local.verify.history import Call, State
from kefu_local.verify.seen import Fact, Step, Survey, Ticket, Work

Plant = Callable[[Sound, Ticket], None]


def put(sound: Sound, ticket: Ticket, **changes: Any) -> None:
    """What HTTP shows of the ticket, changed."""
    sound.seen.tickets[ticket.id] = replace(ticket, **changes)


def told(sound: Sound, ticket: Ticket, type_: str) -> Fact:
    """The first event of this type about the ticket."""
    return next(fact for fact in sound.seen.facts if fact.ticket == ticket.id and fact.type == type_)


def tell_again(sound: Sound, ticket: Ticket, type_: str, **changes: Any) -> None:
    """Another event, like the first of this type."""
    sound.seen.facts.append(replace(told(sound, ticket, type_), id=str(uuid4()), **changes))


def without_step(ticket: Ticket, type_: str) -> tuple[Step, ...]:
    """The trail without the entries of this type."""
    return tuple(step for step in ticket.trail if step.type != type_)


def state(sound: Sound, ticket: Ticket, kind: str, to: State) -> None:
    """Let the calls of a kind have ended like this."""
    for call in sound.history.calls.values():
        if call.kind == kind and call.ticket == ticket.id:
            call.state = to


def that(plant: Callable[[Ticket], dict[str, Any]]) -> Plant:
    """A fault of what HTTP shows: the fields of the ticket that are other than they should be."""
    return lambda sound, ticket: put(sound, ticket, **plant(ticket))


def gone(type_: str) -> Plant:
    """An event that is not in its topic."""
    return lambda sound, ticket: sound.seen.facts.remove(told(sound, ticket, type_))


def twice(type_: str, **changes: Any) -> Plant:
    """The same told by another event."""
    return lambda sound, ticket: tell_again(sound, ticket, type_, **changes)


def refused(kind: str) -> Plant:
    """A call that was refused and had its effect nevertheless."""
    return lambda sound, ticket: state(sound, ticket, kind, "failed")


def vanish(sound: Sound, ticket: Ticket) -> None:
    """The ticket's row is gone."""
    del sound.seen.tickets[ticket.id]


def unrecovered(sound: Sound, ticket: Ticket) -> None:
    """A low score without a recovery."""
    put(sound, ticket, recoveries=(), trail=without_step(ticket, "recovery.opened"))
    sound.seen.facts.remove(told(sound, ticket, "recovery.opened"))


def another(sound: Sound, ticket: Ticket, **changes: Any) -> None:
    """One more ticket like this one."""
    put(sound, replace(ticket, id=str(uuid4()), **changes))


def swapped(sound: Sound, ticket: Ticket) -> None:
    """Two events of the ticket in the wrong order."""
    facts = sound.seen.facts
    one, two = [at for at, fact in enumerate(facts) if (fact.about, fact.topic) == (ticket.id, "kefu.ticket")][:2]
    facts[one], facts[two] = facts[two], facts[one]


LOST: dict[str, Plant] = {
    "the ticket": vanish,
    "a message": that(lambda t: {"messages": t.messages[:-1], "message_ids": t.message_ids[:-1]}),
    "a change": that(lambda t: {"subject": t.subject.rpartition(" +")[0]}),
    "the resolution": that(lambda _: {"status": "open"}),
    "the score": that(lambda t: {"surveys": (replace(t.surveys[0], score=0, said_by=""),)}),
    "the opening's event": gone("ticket.opened"),
    "the last event": gone("ticket.resolved"),
    "an event of routing": gone("assignment.made"),
    "the work item": that(lambda _: {"work": None}),
    "the suggestion": that(lambda _: {"suggested": False}),
    "the suggestion's event": gone("suggestion.made"),
    "an entry of the trail": that(lambda t: {"trail": without_step(t, "ticket.assigned")}),
    "a fact from outside": that(lambda t: {"trail": without_step(t, "suggestion.made")}),
    "the survey": that(lambda _: {"surveys": ()}),
    "the end of the work": that(lambda _: {"work": Work("assigned", 3, AGENT)}),
    "the recovery": unrecovered,
}
DOUBLED: dict[str, Plant] = {
    "the ticket": lambda sound, ticket: another(sound, ticket, number=9),
    "a message": that(lambda t: {"messages": (*t.messages, t.messages[-1])}),
    "a change": that(lambda t: {"subject": f"{t.subject} +{t.subject.rpartition('+')[2]}"}),
    "an entry of the trail": that(lambda t: {"trail": (*t.trail, t.trail[-1])}),
    "a suggestion on the trail": that(lambda t: {"trail": (*t.trail, Step(9, "suggestion.made"))}),
    "a version": twice("ticket.assigned"),
    "the suggestion": twice("suggestion.made", sequence=2),
    "the queueing": twice("work_item.queued", sequence=4),
    "the assignment": twice("assignment.made", sequence=2),
    "the survey": that(lambda t: {"surveys": (*t.surveys, Survey("again", "sent", 0, ""))}),
    "the recovery": that(lambda t: {"recoveries": t.recoveries * 2}),
}
GHOSTS: dict[str, Plant] = {
    "a refused opening": refused("open"),
    "a refused message": refused("reply"),
    "a refused change": refused("change"),
    "a refused resolution": refused("resolve"),
    "a refused score": refused("rate"),
    "a message of nobody": that(lambda t: {"messages": (*t.messages, "who?")}),
    "a ticket of nobody": lambda sound, ticket: another(sound, ticket, subject="verify 0123abcd-0"),
    "an event without its change": that(lambda t: {"version": t.version - 1}),
    "an entry of the trail": that(lambda t: {"trail": (*t.trail, Step(99, "ticket.noted"))}),
}
OUT_OF_ORDER: dict[str, Plant] = {
    "events": swapped,
    "messages": that(lambda t: {"messages": (t.messages[0], *t.messages[:0:-1])}),
    "the trail": that(lambda t: {"trail": (t.trail[1], t.trail[0], *t.trail[2:])}),
}


@dataclass
class Household:
    """Tickets that were merged, split and noted on together."""

    sound: Sound
    merged: Ticket
    survivor: Ticket
    split: Ticket

    def call(self, kind: str) -> Call:
        """The one call of this kind."""
        return next(call for call in self.sound.history.calls.values() if call.kind == kind)


def household(sound: Sound) -> Household:
    """All of them, whole."""
    merged, survivor = sound.merge(sound.ticket(resolved=False), sound.ticket(resolved=False))
    survivor, split = sound.split(survivor, 1)
    survivor, split = sound.bulk(survivor, split)
    return Household(sound, merged, survivor, split)


def _left_behind(of: Household) -> None:
    said, ids = of.split.messages[0], of.split.message_ids[0]
    put(of.sound, of.merged, messages=(said,), message_ids=(ids,))
    put(of.sound, of.split, messages=of.split.messages[1:], message_ids=of.split.message_ids[1:])


def _in_both(of: Household) -> None:
    put(
        of.sound, of.survivor, messages=(*of.survivor.messages, of.split.messages[0]),
        message_ids=(*of.survivor.message_ids, of.split.message_ids[0]),
    )  # fmt: skip


def _without_last(ticket: Ticket) -> dict[str, Any]:
    return {"messages": ticket.messages[:-1], "message_ids": ticket.message_ids[:-1]}


def _half(of: Household) -> None:
    of.call("bulk").state = "unknown"
    put(of.sound, of.split, **_without_last(of.split))


def _refused(kind: str) -> Callable[[Household], None]:
    def plant(of: Household) -> None:
        of.call(kind).state = "failed"

    return plant


HOUSEHOLD: dict[str, tuple[str, Callable[[Household], None]]] = {
    "a message left behind in a merge": ("lost", _left_behind),
    "a message that a merge dropped": ("lost", lambda of: put(of.sound, of.split, messages=of.split.messages[1:])),
    "a message in both parts of a split": ("doubled", _in_both),
    "a merge that was acknowledged": ("lost", lambda of: put(of.sound, of.merged, merged_into="", status="open")),
    "a merge that was refused": ("ghost", _refused("merge")),
    "a merge told twice": ("doubled", lambda of: tell_again(of.sound, of.merged, "ticket.merged")),
    "a split that was refused": ("ghost", _refused("split")),
    "the ticket that a split made": ("lost", lambda of: vanish(of.sound, of.split)),
    "a note on one of two": ("lost", lambda of: put(of.sound, of.split, **_without_last(of.split))),
    "half of an action that nobody heard of": ("lost", _half),
    "a note twice on one": (
        "doubled",
        lambda of: put(of.sound, of.split, messages=of.split.messages + of.split.messages[-1:]),
    ),
    "a note that was refused": ("ghost", _refused("bulk")),
}
PLANTS = [
    (fault, what, plant)
    for fault, plants in (("lost", LOST), ("doubled", DOUBLED), ("ghost", GHOSTS), ("out of order", OUT_OF_ORDER))
    for what, plant in plants.items()
]
