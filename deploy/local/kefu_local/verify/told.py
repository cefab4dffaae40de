"""Whether the topics tell what the databases hold: each version once, in order, no gaps, and nothing else. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from kefu_local.verify.finding import Case, Finding
from kefu_local.verify.seen import Fact, Seen

TICKET, ROUTING = "kefu.ticket", "kefu.routing"


def streams(facts: Iterable[Fact]) -> dict[tuple[str, str], list[Fact]]:
    """The events by topic and aggregate, in the order of arrival."""
    found: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        found[fact.topic, fact.about].append(fact)
    return found


def told(case: Case) -> Iterator[Finding]:
    """All streams of events about a ticket."""
    found = streams(case.facts)
    if case.ticket and case.ticket.number:
        found.setdefault((TICKET, case.id), [])
    for (topic, _), facts in found.items():
        yield from _stream(case, topic, facts, _version(case, topic))
    if case.ticket is None and not any(call.state == "ok" for call in case.asked("open")):
        yield case.finding("ghost", "ticket.opened was told, and the ticket does not exist.")


def customers(seen: Seen, cases: Sequence[Case]) -> Iterator[Finding]:
    """The streams of the run's customers; a finding names a ticket of the customer's."""
    of = {case.ticket.customer: case for case in cases if case.ticket}
    unique = {fact.id: fact for fact in seen.facts if fact.about in of and fact.topic == TICKET}
    for (topic, about), facts in streams(unique.values()).items():
        yield from _stream(of[about], topic, facts, None)


def _version(case: Case, topic: str) -> int | None:
    if case.ticket and topic == TICKET:
        return case.ticket.version
    if case.ticket and case.ticket.work and topic == ROUTING:
        return case.ticket.work.version
    return None


def _stream(case: Case, topic: str, facts: Sequence[Fact], version: int | None) -> Iterator[Finding]:
    """One aggregate's events; `version` is that of its row, where HTTP shows it."""
    by_sequence: dict[int, list[Fact]] = defaultdict(list)
    for fact in facts:
        by_sequence[fact.sequence].append(fact)
    top = max(by_sequence, default=0)
    for missing in sorted(set(range(1, (version or top) + 1)) - by_sequence.keys()):
        yield case.finding("lost", f"{topic} has no event for version {missing} of {_of(facts, case)}.")
    for sequence, same in by_sequence.items():
        if len(same) > 1:
            words = f"{topic} has {len(same)} events for version {sequence}: {', '.join(fact.type for fact in same)}."
            yield case.finding("doubled", words, same[0].trace)
        if version is not None and sequence > version:
            words = f"{topic} tells {same[0].type} as version {sequence}, but the row is at {version}."
            yield case.finding("ghost", words, same[0].trace)
    for earlier, later in pairwise(facts):
        if later.sequence < earlier.sequence:
            words = f"{topic} tells version {later.sequence} ({later.type}) after {earlier.sequence} ({earlier.type})."
            yield case.finding("out of order", words, later.trace)


def _of(facts: Sequence[Fact], case: Case) -> str:
    about = facts[0].about if facts else case.id
    return "the ticket" if about == case.id else about
