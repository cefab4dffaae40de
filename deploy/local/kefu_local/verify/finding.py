"""A finding: one thing that is not as it was promised, and of which ticket."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from kefu_local.verify.history import Call, History
from kefu_local.verify.seen import Fact, Seen, Ticket

Fault = Literal["lost", "doubled", "ghost", "out of order"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, in a sentence, with the ticket and the trace by which it is found in logs and topics."""

    fault: Fault
    words: str
    ticket: str = ""
    number: int = 0
    trace: str = ""


@dataclass
class Case:
    """One ticket with all that is known of it: the calls about it, its row, and the events that tell of it."""

    id: str
    calls: list[Call] = field(default_factory=list)
    ticket: Ticket | None = None
    facts: list[Fact] = field(default_factory=list)
    """Each event once, in the order of its first arrival."""

    def of_type(self, type_: str) -> list[Fact]:
        """The events of a type."""
        return [fact for fact in self.facts if fact.type == type_]

    def asked(self, kind: str) -> list[Call]:
        """The calls of a kind."""
        return [call for call in self.calls if call.kind == kind]

    def finding(self, fault: Fault, words: str, trace: str = "") -> Finding:
        """A finding about this ticket."""
        number = self.ticket.number if self.ticket else next((call.number for call in self.calls if call.number), 0)
        told = next((fact.trace for fact in self.of_type("ticket.opened")), "")
        asked = next((call.trace for call in self.asked("open")), "")
        return Finding(fault, words, self.id, number, trace or told or asked)


def cases(history: History, seen: Seen) -> list[Case]:
    """Sort everything that belongs to the run by ticket; events of others are left out."""
    found: dict[str, Case] = {}
    for ticket in seen.tickets.values():
        found.setdefault(ticket.id, Case(ticket.id)).ticket = ticket
    for call in history.calls.values():
        for id_ in [call.ticket] if call.ticket else call.about:
            found.setdefault(id_, Case(id_)).calls.append(call)
    for fact in seen.facts:
        if fact.type == "ticket.opened" and fact.data.get("topic") == history.run.topic:
            found.setdefault(fact.ticket, Case(fact.ticket))
    known: set[str] = set()
    for fact in seen.facts:
        if fact.ticket in found and fact.id not in known:
            known.add(fact.id)
            found[fact.ticket].facts.append(fact)
    return list(found.values())
