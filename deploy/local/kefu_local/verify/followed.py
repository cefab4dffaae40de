"""Whether every event had its effects in the other services, once each, and nothing happened without one. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from kefu_local.verify.finding import Case, Fault, Finding
from kefu_local.verify.seen import Fact, Ticket
from kefu_local.verify.told import TICKET

FROM_OUTSIDE = ("suggestion.made", "survey.answered", "recovery.opened", "recovery.closed")
"""Facts of other services that ticket-svc puts on the trail."""


def trail(case: Case) -> Iterator[Finding]:
    """Every fact has one entry on the ticket's trail, and the entries stand in the order of the versions."""
    if case.ticket is None:
        return
    own = [step for step in case.ticket.trail if step.type not in FROM_OUTSIDE]
    told = [fact for fact in case.facts if fact.topic == TICKET and fact.about == case.id]
    written = Counter((one.version, one.type) for one in own)
    # Two events for one version are a fault of their own; here they count once.
    yield from _entries(case, written, Counter({(one.sequence, one.type) for one in told}), up_to=case.ticket.version)
    from_outside = Counter((0, step.type) for step in case.ticket.trail if step.type in FROM_OUTSIDE)
    yield from _entries(case, from_outside, Counter((0, one.type) for one in case.facts if one.type in FROM_OUTSIDE))
    for earlier, later in pairwise(own):
        if later.version <= earlier.version and written[later.version, later.type] == 1:
            words = f"The trail has {later.type} (version {later.version}) after version {earlier.version}."
            yield case.finding("out of order", words)


def _entries(
    case: Case, written: Counter[tuple[int, str]], told: Counter[tuple[int, str]], *, up_to: int = -1
) -> Iterator[Finding]:
    """`up_to` is the version until which an entry without its event is a lost event, which `told` says already."""
    for version, type_ in written.keys() | told.keys():
        there, wanted = written[version, type_], told[version, type_]
        name = f"{type_} (version {version})" if version else type_
        if there < wanted:
            yield case.finding("lost", f"{name} was told {wanted} times and is on the trail {there} times.")
        if there > max(wanted, 1):
            yield case.finding("doubled", f"{name} was told {wanted} times and is on the trail {there} times.")
        if there == 1 and not wanted and version > up_to:
            yield case.finding("ghost", f"{name} is on the trail and was never told.")


def routing(case: Case, *, room: bool) -> Iterator[Finding]:
    """The ticket is work in routing, queued once for its opening, and its agent is whom routing chose last."""
    if case.ticket is None:
        return
    work = case.ticket.work
    if work is None:
        yield case.finding("lost", "The ticket was opened, and routing does not have it.")
        return
    if room and work.state == "queued":
        yield case.finding("lost", "Routing gave the ticket to nobody, although an agent has room.")
    queued = [fact for fact in case.of_type("work_item.queued") if fact.data.get("reason") == "opened"]
    if len(queued) > 1:
        yield case.finding("doubled", f"The ticket was queued {len(queued)} times for one opening.", queued[1].trace)
    yield from _assigned(case, case.ticket)
    yield from _ended(case, case.ticket, work.state)


def _assigned(case: Case, ticket: Ticket) -> Iterator[Finding]:
    holder: Fact | None = None
    by_sequence = sorted(case.facts, key=lambda fact: fact.sequence)
    for fact in (fact for fact in by_sequence if fact.about == case.id):
        if fact.type == "assignment.made":
            if holder:
                yield case.finding("doubled", "Routing assigned the ticket again without taking it back.", fact.trace)
            holder = fact
        elif fact.type in ("work_item.queued", "work_item.ended"):
            holder = None
    # An assignment that comes after the resolution changes nothing, rightly.
    if holder and ticket.status not in ("resolved", "closed") and ticket.agent != str(holder.data.get("agent_id")):
        words = f"Routing gave it to {holder.data.get('agent_id')}, and the ticket has {ticket.agent or 'nobody'}."
        yield case.finding("lost", words, holder.trace)


def _ended(case: Case, ticket: Ticket, state: str) -> Iterator[Finding]:
    resolved, ended = case.of_type("ticket.resolved"), case.of_type("work_item.ended")
    resolved = resolved or case.of_type("ticket.merged")
    if resolved and ticket.status in ("resolved", "closed") and state != "ended":
        yield case.finding("lost", f"The ticket was resolved, and in routing it is {state}.", resolved[-1].trace)
    if len(ended) > max(len(resolved), 1):
        yield case.finding("doubled", f"Routing ended the work {len(ended)} times.", ended[-1].trace)
    if ended and not resolved:
        yield case.finding("ghost", "Routing ended the work, and nobody resolved the ticket.", ended[0].trace)


def knowledge(case: Case) -> Iterator[Finding]:
    """The knowledge base considered the ticket once."""
    if case.ticket is None:
        return
    made = case.of_type("suggestion.made")
    if not (made and case.ticket.suggested):
        what = "told nothing of it" if case.ticket.suggested else "looked for no articles"
        yield case.finding("lost", f"The ticket was opened, and the knowledge base {what}.")
    if len(made) > 1 and len({fact.sequence for fact in made}) > 1:
        yield case.finding("doubled", f"Articles were suggested {len(made)} times.", made[1].trace)


def feedback(case: Case) -> Iterator[Finding]:
    """One survey for each resolution, one recovery for each low score."""
    if case.ticket is None:
        return
    resolved, surveys = case.of_type("ticket.resolved"), case.ticket.surveys
    if len(surveys) < len(resolved):
        yield case.finding("lost", "The ticket was resolved, and no survey was planned.", resolved[-1].trace)
    if len(surveys) > len(resolved):
        fault: Fault = "doubled" if resolved else "ghost"
        yield case.finding(fault, f"{len(surveys)} surveys follow from {len(resolved)} resolutions.")
    sent = Counter(str(fact.data.get("survey_id")) for fact in case.of_type("survey.sent"))
    for survey_id, times in sent.items():
        if times > 1:
            yield case.finding("doubled", f"Survey {survey_id} was sent {times} times.")
    opened = Counter(str(fact.data.get("survey_id")) for fact in case.of_type("recovery.opened"))
    standing = Counter(case.ticket.recoveries)
    for survey in surveys:
        yield from _recovery(case, survey.id, survey.score, max(opened.pop(survey.id, 0), standing[survey.id]))
    yield from (case.finding("ghost", f"A recovery stands for survey {one}, which does not exist.") for one in opened)


def _recovery(case: Case, survey: str, score: int, count: int) -> Iterator[Finding]:
    low = 1 <= score <= 2
    if low and count == 0:
        yield case.finding("lost", f"The score {score} of survey {survey} opened no recovery.")
    if count > 1:
        yield case.finding("doubled", f"{count} recoveries stand for survey {survey}.")
    if count and not low:
        yield case.finding("ghost", f"A recovery stands for survey {survey}, whose score is {score}.")
