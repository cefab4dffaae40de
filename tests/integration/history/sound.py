"""A sound run to plant faults into: every kind of call, acknowledged, with all its effects."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from kefu_local.verify import marks
from kefu_local.verify.history import Call, History, Kind, Run, State
from kefu_local.verify.seen import Fact, Seen, Step, Survey, Ticket, Work

AGENT = "agent-1"


class Sound:
    """Builds a history and what is seen after it, one ticket at a time; all of it fits together."""

    def __init__(self) -> None:
        self.history = History(Run("0123abcd", 1000.0, "http://here", (AGENT,)))
        self.seen = Seen()
        self._now = 1000.0

    def call(self, kind: Kind, ticket: str = "", *, state: State = "ok", score: int = 0) -> Call:
        """A call that began after all earlier ones had ended."""
        self._now += 1
        call = Call(
            id=self.history.new_id(), client=0, kind=kind, invoked=self._now, ended=self._now + 0.5, ticket=ticket,
            state=state, score=score, trace=uuid4().hex,
        )  # fmt: skip
        self.history.note(call)
        return call

    def ticket(self, *, replies: int = 2, changes: int = 1, resolved: bool = True, score: int = 0) -> Ticket:
        """A ticket that was opened, answered, changed, and perhaps resolved and rated."""
        opened = self.call("open")
        ticket = Ticket(
            id=str(uuid4()), number=len(self.seen.tickets) + 1001, subject=f"verify {opened.id}", status="open",
            merged_into="", version=0, customer=str(uuid4()), agent=AGENT, messages=(opened.id,),
            message_ids=(str(uuid4()),), trail=(), work=Work("assigned", 0, AGENT), suggested=True, surveys=(),
            recoveries=(),
        )  # fmt: skip
        opened.ticket, opened.number = ticket.id, ticket.number
        ticket = self._said(ticket, "ticket.opened", topic=self.history.run.topic)
        self._outside(ticket.id, "routing", ["work_item.queued", "assignment.made"])
        ticket = self._said(ticket, "ticket.assigned")
        ticket = self._from_outside(ticket, "kb", "suggestion.made", ticket.id, 1)
        for _ in range(replies):
            ticket = self._replied(ticket)
        for _ in range(changes):
            change = self.call("change", ticket.id)
            ticket = self._said(replace(ticket, subject=marks.tagged(ticket.subject, change.id)), "ticket.updated")
        if resolved:
            ticket = self._resolved(ticket, score)
        versions = [
            fact.sequence for fact in self.seen.facts if fact.ticket == ticket.id and fact.topic.endswith("ing")
        ]
        ticket = replace(ticket, work=Work("ended" if resolved else "assigned", max(versions), AGENT))
        return self._keep(ticket)

    def merge(self, source: Ticket, target: Ticket) -> tuple[Ticket, Ticket]:
        """The two after the source was merged into the target."""
        call = self.call("merge", source.id)
        call.other = target.id
        said = zip((*target.messages, *source.messages), (*target.message_ids, *source.message_ids), strict=True)
        words, ids = zip(*sorted(said, key=lambda one: int(one[0].partition("-")[2])), strict=True)
        target = self._said(replace(target, messages=words, message_ids=ids), "ticket.absorbed")
        source = self._said(source, "ticket.merged", into_id=target.id)
        source = self._said(replace(source, status="closed", merged_into=target.id), "ticket.closed")
        self._outside(source.id, "routing", ["work_item.ended"])
        source = replace(source, messages=(), message_ids=(), work=Work("ended", 3, AGENT))
        return self._keep(source), self._keep(target)

    def split(self, ticket: Ticket, at: int) -> tuple[Ticket, Ticket]:
        """The ticket after it was split at that message, and the new one."""
        call = self.call("split")
        call.other, call.first = ticket.id, ticket.messages[at]
        new = Ticket(
            id=str(uuid4()), number=len(self.seen.tickets) + 1001, subject=f"verify {call.id}", status="open",
            merged_into="", version=0, customer=ticket.customer, agent="", messages=ticket.messages[at:],
            message_ids=ticket.message_ids[at:], trail=(), work=Work("queued", 1, ""), suggested=True, surveys=(),
            recoveries=(),
        )  # fmt: skip
        call.ticket, call.number = new.id, new.number
        new = self._said(new, "ticket.opened", topic=self.history.run.topic)
        self._outside(new.id, "routing", ["work_item.queued"])
        new = self._from_outside(new, "kb", "suggestion.made", new.id, 1)
        ticket = replace(ticket, messages=ticket.messages[:at], message_ids=ticket.message_ids[:at])
        return self._keep(self._said(ticket, "ticket.split")), self._keep(new)

    def bulk(self, *tickets: Ticket, state: State = "ok") -> list[Ticket]:
        """The tickets after the same was noted on all of them."""
        call = self.call("bulk", state=state)
        call.about = [ticket.id for ticket in tickets]
        call.did = call.about if state == "ok" else []
        noted = []
        for ticket in tickets:
            message = str(uuid4())
            after = replace(
                ticket, messages=(*ticket.messages, call.id), message_ids=(*ticket.message_ids, message)
            )  # fmt: skip
            noted.append(self._keep(self._said(after, "ticket.noted", message_id=message)))
        return noted

    def _keep(self, ticket: Ticket) -> Ticket:
        self.seen.tickets[ticket.id] = ticket
        return ticket

    def _replied(self, ticket: Ticket) -> Ticket:
        reply, message = self.call("reply", ticket.id), str(uuid4())
        ticket = replace(
            ticket, messages=(*ticket.messages, reply.id), message_ids=(*ticket.message_ids, message)
        )  # fmt: skip
        return self._said(ticket, "ticket.replied", message_id=message)

    def _resolved(self, ticket: Ticket, score: int) -> Ticket:
        self.call("resolve", ticket.id)
        ticket = self._said(replace(ticket, status="resolved"), "ticket.resolved")
        self._outside(ticket.id, "routing", ["work_item.ended"])
        survey = Survey(str(uuid4()), "sent", 0, "")
        self._fact("feedback", "survey.sent", survey.id, 1, ticket.id, survey_id=survey.id)
        if score:
            rate = self.call("rate", ticket.id, score=score)
            survey = Survey(survey.id, "answered", score, rate.id)
            ticket = self._from_outside(ticket, "feedback", "survey.answered", survey.id, 2)
        if 1 <= score <= 2:
            ticket = self._from_outside(
                ticket, "feedback", "recovery.opened", str(uuid4()), 1, survey_id=survey.id
            )  # fmt: skip
            ticket = replace(ticket, recoveries=(survey.id,))
        return replace(ticket, surveys=(survey,))

    def _said(self, ticket: Ticket, type_: str, **data: str) -> Ticket:
        version = ticket.version + 1
        self._fact("ticket", type_, ticket.id, version, ticket.id, **data)
        return replace(ticket, version=version, trail=(*ticket.trail, Step(version, type_)))

    def _from_outside(self, ticket: Ticket, owner: str, type_: str, about: str, sequence: int, **data: str) -> Ticket:
        self._fact(owner, type_, about, sequence, ticket.id, **data)
        return replace(ticket, trail=(*ticket.trail, Step(ticket.version, type_)))

    def _outside(self, ticket: str, owner: str, types: list[str]) -> None:
        known = sum(fact.topic == f"kefu.{owner}" and fact.about == ticket for fact in self.seen.facts)
        for sequence, type_ in enumerate(types, known + 1):
            data = {"reason": "opened"} if type_ == "work_item.queued" else {"agent_id": AGENT}
            self._fact(owner, type_, ticket, sequence, ticket, **data)

    def _fact(self, owner: str, type_: str, about: str, sequence: int, ticket: str, **data: str) -> None:
        self.seen.facts.append(Fact(str(uuid4()), f"kefu.{owner}", type_, about, sequence, ticket, uuid4().hex, data))
