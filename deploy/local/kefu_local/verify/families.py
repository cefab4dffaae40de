"""Tickets that messages move between, by merges and splits: what was said stands in one of them, once. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kefu_local.verify.asked import once
from kefu_local.verify.finding import Case, Finding
from kefu_local.verify.history import Call, History
from kefu_local.verify.marks import call_in
from kefu_local.verify.seen import Ticket


@dataclass(frozen=True, slots=True)
class Family:
    """The tickets of one family; most are a family by themselves."""

    members: tuple[tuple[Case, Ticket], ...]

    def calls(self, *kinds: str) -> dict[str, tuple[Call, list[Case]]]:
        """The calls of these kinds about them, each with those that it is about."""
        found: dict[str, tuple[Call, list[Case]]] = {}
        for case, _ in self.members:
            for call in case.calls:
                if call.kind in kinds:
                    found.setdefault(call.id, (call, []))[1].append(case)
        return found


def families(history: History, cases: Sequence[Case]) -> list[Family]:
    """All tickets that exist, by family. A split that was not acknowledged is known by the new ticket's subject."""
    there = {case.id: (case, case.ticket) for case in cases if case.ticket}
    elder = {id_: id_ for id_ in there}

    def eldest(id_: str) -> str:
        while elder[id_] != id_:
            id_ = elder[id_]
        return id_

    for id_, (_, ticket) in there.items():
        made_by = history.calls.get(call_in(ticket.subject))
        for other in (ticket.merged_into, made_by.other if made_by and made_by.kind == "split" else ""):
            if other in elder:
                elder[eldest(id_)] = eldest(other)
    found: dict[str, list[tuple[Case, Ticket]]] = defaultdict(list)
    for id_, member in there.items():
        found[eldest(id_)].append(member)
    return [Family(tuple(members)) for members in found.values()]


def messages(history: History, family: Family) -> Iterator[Finding]:
    """Every message was asked for and stands there once; those that were acknowledged in turn stand in turn."""
    standing = Counter(word for _, ticket in family.members for word in ticket.messages)
    for case, ticket in family.members:
        yield from _beginning(history, case, ticket, standing, alone=len(family.members) == 1)
    for call, (case, *_) in family.calls("reply").values():
        yield from once(call, standing.pop(call.id, 0), "message", case.finding)
    for call, noted in family.calls("bulk").values():
        yield from _noted(call, standing.pop(call.id, 0), noted)
    for case, ticket in family.members:
        for said in dict.fromkeys(ticket.messages):
            if standing.pop(said, 0):
                yield case.finding("ghost", f"A message that nobody wrote stands there: {said[:60]!r}.")
    yield from _in_turn(family)


def _beginning(
    history: History, case: Case, ticket: Ticket, standing: Counter[str], *, alone: bool
) -> Iterator[Finding]:
    if ticket.merged_into and ticket.messages:
        yield case.finding("lost", f"The ticket is merged, and {len(ticket.messages)} messages were left behind.")
    made_by = history.calls[call_in(ticket.subject)]
    begins_with = made_by.first if made_by.kind == "split" else made_by.id
    # Another ticket's messages may stand before its own; a split takes its first one out of another.
    if alone and ticket.messages[:1] != (begins_with,):
        yield case.finding("lost", "The ticket does not begin with the message it was opened with.")
    if made_by.kind == "split" and not ticket.merged_into and ticket.messages[:1] != (begins_with,):
        yield case.finding("lost", f"The ticket was split off from the message of call {begins_with}, and lacks it.")
    if made_by.kind == "open" and (times := standing.pop(begins_with, 0)) != 1:
        yield case.finding("doubled" if times else "lost", f"Its first message is there {times} times.")


def _noted(call: Call, times: int, cases: Sequence[Case]) -> Iterator[Finding]:
    """A bulk action noted the same on several tickets, and some of them may be one by now."""
    case = cases[0]
    most = sum(one.id in call.did for one in cases) if call.state == "ok" else len(cases)
    if call.state == "ok" and times < most:
        yield case.finding(
            "lost", f"The note of call {call.id} was acknowledged {most} times and is there {times} times."
        )
    if call.state == "failed" and times:
        yield case.finding("ghost", f"The note of call {call.id} was refused and is there.", call.trace)
    if call.state != "failed" and times > most:
        yield case.finding("doubled", f"The note of call {call.id} is there {times} times, and {most} were asked for.")


def _in_turn(family: Family) -> Iterator[Finding]:
    by_id = {call.id: call for case, _ in family.members for call in case.calls if call.state == "ok"}
    for case, ticket in family.members:
        there = [by_id[id_] for id_ in ticket.messages if id_ in by_id]
        for earlier, later in pairwise(there):
            if later.ended and later.ended < earlier.invoked:
                words = f"The message of call {earlier.id} stands before that of {later.id}, acknowledged first."
                yield case.finding("out of order", words, earlier.trace)


def halves(history: History, found: Sequence[Family]) -> Iterator[Finding]:
    """A bulk action of which nothing was heard was done to all of its tickets or to none."""
    members = {case.id: case for family in found for case, _ in family.members}
    standing = Counter(word for family in found for _, ticket in family.members for word in ticket.messages)
    for call in history.of_kind("bulk"):
        if call.state in ("unknown", "invoked") and standing[call.id] not in (0, len(call.about)):
            case = members.get(call.about[0], Case(call.about[0]))
            words = f"Call {call.id} noted something on {standing[call.id]} of its {len(call.about)} tickets."
            yield case.finding("lost", words, call.trace)


def merges(case: Case) -> Iterator[Finding]:
    """A ticket is merged where that was acknowledged, once, and not where nobody asked for it."""
    if case.ticket is None:
        return
    asked, into = case.asked("merge"), case.ticket.merged_into
    for call in asked:
        if call.state == "ok" and call.other != into:
            yield case.finding("lost", f"The merge of call {call.id} was acknowledged and is not there.", call.trace)
    if into and not any(call.other == into and call.state != "failed" for call in asked):
        yield case.finding("ghost", "The ticket is merged, and no call asked for that.")
    if len(case.of_type("ticket.merged")) > 1:
        yield case.finding("doubled", "The ticket was merged more than once.")


def tellings(family: Family) -> Iterator[Finding]:
    """Every message but the openings' was told when it was written, and every one that was told exists."""
    told: dict[str, Case] = {}
    for case, _ in family.members:
        for fact in (*case.of_type("ticket.replied"), *case.of_type("ticket.noted")):
            told[str(fact.data.get("message_id"))] = case
    for case, ticket in family.members:
        for said, message in zip(ticket.messages, ticket.message_ids, strict=False):
            if told.pop(message, None) is None and not _is_opening(family, said):
                yield case.finding("lost", f"No ticket.replied or ticket.noted tells of message {message}.")
    for message, case in told.items():
        yield case.finding("ghost", f"An event tells of message {message}, which does not exist.")


def _is_opening(family: Family, said: str) -> bool:
    return any(call_in(ticket.subject) == said for _, ticket in family.members)
