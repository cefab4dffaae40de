"""Whether every call had the effect that its answer promised: once, not at all, or (unknown) either. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

from kefu_local.verify.finding import Case, Finding
from kefu_local.verify.history import Call, History
from kefu_local.verify.marks import call_in, tag_of, tags_in


def openings(history: History, cases: list[Case]) -> Iterator[Finding]:
    """Every opening and every split made one ticket, and every ticket was asked for."""
    made: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        if case.ticket:
            made[call_in(case.ticket.subject)].append(case)
    by_id = {case.id: case for case in cases}
    for call in (*history.of_kind("open"), *history.of_kind("split")):
        yield from _opening(call, made.pop(call.id, []), by_id)
    for strangers in made.values():
        yield from (case.finding("ghost", "The ticket exists, but no call asked for it.") for case in strangers)


def _opening(call: Call, made: list[Case], by_id: dict[str, Case]) -> Iterator[Finding]:
    if call.state == "ok" and call.ticket not in {case.id for case in made}:
        case = by_id.get(call.ticket, Case(call.ticket, [call]))
        yield case.finding("lost", f"Call {call.id} was answered with this ticket, which does not exist.", call.trace)
    if call.state == "failed":
        yield from (case.finding("ghost", f"Call {call.id} was refused, yet the ticket exists.") for case in made)
    if len(made) > 1:
        for case in made:
            yield case.finding("doubled", f"Call {call.id} opened {len(made)} tickets, this one among them.")


def once(call: Call, times: int, what: str, say: Callable[..., Finding]) -> Iterator[Finding]:
    """The effect of a call is there once, not at all when it was refused, and either when nothing is known of it."""
    if call.state == "ok" and times == 0:
        yield say("lost", f"The {what} of call {call.id} was acknowledged and is not there.", call.trace)
    if call.state == "failed" and times:
        yield say("ghost", f"The {what} of call {call.id} was refused and is there.", call.trace)
    if times > 1:
        yield say("doubled", f"The {what} of call {call.id} is there {times} times.", call.trace)


def changes(case: Case) -> Iterator[Finding]:
    """Every change left its tag in the subject: one that is gone was overwritten by somebody who had not seen it."""
    if case.ticket is None:
        return
    tags = Counter(tags_in(case.ticket.subject))
    for call in case.asked("change"):
        yield from once(call, tags.pop(tag_of(call.id), 0), "change", case.finding)
    for tag in tags:
        yield case.finding("ghost", f"The subject has the tag +{tag}, which no call left.")


def resolutions(case: Case) -> Iterator[Finding]:
    """A ticket is resolved when that was acknowledged, and not when nobody asked for it."""
    if case.ticket is None:
        return
    asked = case.asked("resolve")
    over = case.ticket.status in ("resolved", "closed")
    acknowledged = [call for call in asked if call.state == "ok"]
    if case.ticket.merged_into:
        return
    if case.of_type("ticket.reopened"):
        yield from _reopened(case)
        return
    if acknowledged and not over:
        words = f"Its resolution (call {acknowledged[0].id}) was acknowledged, and it is {case.ticket.status}."
        yield case.finding("lost", words, acknowledged[0].trace)
    if over and not any(call.state != "failed" for call in asked):
        yield case.finding("ghost", f"It is {case.ticket.status}, and no call asked for that.")


def _reopened(case: Case) -> Iterator[Finding]:
    """A customer's message that nobody waited for may come after the resolution, and reopens the ticket."""
    if not any(call.state in ("unknown", "invoked") for call in case.asked("reply")):
        yield case.finding("ghost", "The ticket was reopened, and nobody wrote after its resolution.")


def ratings(case: Case) -> Iterator[Finding]:
    """Every score was given by a customer, and stands as it was given."""
    if case.ticket is None:
        return
    scores = Counter((survey.said_by, survey.score) for survey in case.ticket.surveys if survey.score)
    for call in case.asked("rate"):
        yield from once(call, scores.pop((call.id, call.score), 0), "score", case.finding)
    for said_by, score in scores:
        yield case.finding("ghost", f"A survey has the score {score} that nobody gave ({said_by or 'no call'}).")
