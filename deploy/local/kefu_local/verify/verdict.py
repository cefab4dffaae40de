"""The verdict: what was asked and answered, held against what is there. Pure: values in, value out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kefu_local.verify import asked, families, followed
from kefu_local.verify.finding import Case, Fault, Finding, cases
from kefu_local.verify.history import History
from kefu_local.verify.marks import call_in
from kefu_local.verify.seen import Seen
from kefu_local.verify.told import customers, told


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings, and how much was judged."""

    findings: tuple[Finding, ...]
    calls: int
    acknowledged: int
    unknown: int
    tickets: int
    events: int

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    def of(self, fault: Fault) -> list[Finding]:
        """The findings of one kind."""
        return [finding for finding in self.findings if finding.fault == fault]

    @property
    def lost(self) -> list[Finding]:
        """What was acknowledged or told and has no effect."""
        return self.of("lost")

    @property
    def doubled(self) -> list[Finding]:
        """What had its effect more than once."""
        return self.of("doubled")

    @property
    def ghosts(self) -> list[Finding]:
        """What nobody asked for."""
        return self.of("ghost")

    @property
    def out_of_order(self) -> list[Finding]:
        """What stands in another order than it happened."""
        return self.of("out of order")

    def tell(self) -> str:
        """All findings in lines, for the message of a test that fails."""
        head = f"{self.tickets} tickets, {self.calls} calls, {self.events} events"
        lines = [f"{one.fault}: #{one.number} {one.ticket}: {one.words} (trace {one.trace})" for one in self.findings]
        return "\n".join([head, *lines[:100]])


def judge(history: History, seen: Seen) -> Verdict:
    """Hold the history against the observation."""
    found = cases(history, seen)
    findings = [*asked.openings(history, found), *customers(seen, found)]
    # Of a ticket that nobody asked for, everything else would be amiss too.
    wanted = [case for case in found if case.ticket is None or call_in(case.ticket.subject) in history.calls]
    for case in wanted:
        findings += _about(case, room=seen.room)
    households = families.families(history, wanted)
    for family in households:
        findings += [*families.messages(history, family), *families.tellings(family)]
    findings += families.halves(history, households)
    calls = history.calls.values()
    return Verdict(
        findings=tuple(dict.fromkeys(findings)),
        calls=len(calls),
        acknowledged=sum(call.state == "ok" for call in calls),
        unknown=sum(call.state in ("unknown", "invoked") for call in calls),
        tickets=len(seen.tickets),
        events=sum(len(case.facts) for case in found),
    )


def _about(case: Case, *, room: bool) -> Iterator[Finding]:
    yield from asked.changes(case)
    yield from asked.resolutions(case)
    yield from asked.ratings(case)
    yield from families.merges(case)
    yield from told(case)
    yield from followed.trail(case)
    yield from followed.routing(case, room=room)
    yield from followed.knowledge(case)
    yield from followed.feedback(case)
