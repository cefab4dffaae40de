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
            version=0, customer=str(uuid4()), agent=AGENT, messages=(opened.id,), message_ids=(str(uuid4()),), trail=(),
            work=Work("assigned", 0, AGENT), suggested=True, surveys=(), recoveries=(),
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
