"""A stage for routing-svc, and builders of what it hears."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
import sqlalchemy as sa

from common.bus import Message
from common.contracts.base import Event, wrap
from common.contracts.tickets import TicketAssigned, TicketClosed, TicketOpened, TicketReopened, TicketResolved
from common.hear import Hearing
from common.ids import new_id
from common.testing.stage import Stage, a_caller
from routing_svc.made_of import SERVICE

# Everything that must hold between any two transactions; each query finds what breaks it.
INVARIANTS = {
    "capacity is what offers and tickets take": """
        SELECT a.id FROM agent a WHERE a.used + a.over <>
          (SELECT count(*) FROM offer o WHERE o.agent_id = a.id AND o.state = 'open')
          + (SELECT count(*) FROM work_item w WHERE w.agent_id = a.id AND w.state = 'assigned')""",
    "an offered ticket has one open offer, any other none": """
        SELECT w.ticket_id FROM work_item w WHERE (w.state = 'offered') <>
          EXISTS (SELECT 1 FROM offer o WHERE o.id = w.offer_id AND o.ticket_id = w.ticket_id AND o.state = 'open')
        UNION ALL SELECT o.ticket_id FROM offer o JOIN work_item w USING (ticket_id)
          WHERE o.state = 'open' AND w.offer_id IS DISTINCT FROM o.id""",
    "only who is online is asked": """
        SELECT o.id FROM offer o JOIN agent a ON a.id = o.agent_id WHERE o.state = 'open' AND a.presence <> 'online'""",
    "every open offer has its timer": """
        SELECT o.id FROM offer o WHERE o.state = 'open'
          AND NOT EXISTS (SELECT 1 FROM timer t WHERE t.kind = 'offer.expire' AND t.subject_id = o.id)""",
    "the version is the last event's": """
        SELECT w.ticket_id FROM work_item w
        WHERE w.version <> (SELECT count(*) FROM outbox o WHERE o.aggregate_id = w.ticket_id)""",
    "nobody waits whom somebody could serve": """
        SELECT w.ticket_id FROM work_item w JOIN agent a ON a.presence = 'online' AND a.used < a.capacity
          AND a.skills ?& w.required_skills
        WHERE w.state = 'queued' AND NOT EXISTS (SELECT 1 FROM offer o WHERE o.ticket_id = w.ticket_id
          AND o.agent_id = a.id AND o.state IN ('declined', 'expired'))""",
}


@dataclass
class Floor:
    """The floor of a contact centre: agents come, tickets arrive, time passes."""

    stage: Stage
    versions: dict[UUID, int] = field(default_factory=dict)
    """The version each ticket has in ticket-svc."""
    _offset: int = 0

    async def agent(self, skills: Sequence[str] = ("lang:zh",), *, presence: str = "online", **profile: Any) -> UUID:
        """An agent with these skills at level 3 (or `skills` of the profile)."""
        agent_id = new_id()
        body = {"name": "小李", "skills": dict.fromkeys(skills, 3), **profile}
        async with self.stage.client("supervisor") as supervisor:
            made = await supervisor.put(f"/v1/agents/{agent_id}", json=body)
            assert made.status_code == 201, made.text
        if presence != "offline":
            await self.presence(agent_id, presence)
        return agent_id

    async def presence(self, agent_id: UUID, presence: str) -> None:
        """The agent comes or goes."""
        async with self.stage.client("agent", a_caller("agent", id=agent_id)) as agent:
            done = await agent.put(f"/v1/agents/{agent_id}/presence", json={"presence": presence})
            assert done.status_code == 200, done.text

    async def answer(self, offer: Any, verb: str, **body: Any) -> Any:
        """The agent who was asked accepts or declines; the response."""
        async with self.stage.client("agent", a_caller("agent", id=offer.agent_id)) as agent:
            return await agent.post(f"/v1/offers/{offer.id}/{verb}", json=body or None)

    async def open(self, count: int = 1, **facts: Any) -> list[UUID]:
        """Tickets are opened, a second apart, and heard of in one batch; their ids."""
        now = self.stage.clock.now()
        events = [
            self.opened(**{"opened_at": now - timedelta(seconds=count - place), **facts}) for place in range(count)
        ]
        await self.hear(events)
        return [event.ticket_id for event in events]

    def opened(self, **facts: Any) -> TicketOpened:
        """The event of a ticket: normal, Chinese, without a topic, unless `facts` say otherwise."""
        now: datetime = facts.get("opened_at", self.stage.clock.now())
        standard: dict[str, Any] = {
            "ticket_id": new_id(),
            "number": 1042,
            "customer_id": new_id(),
            "customer_name": "王女士",
            "tier": "standard",
            "subject": "退款还没有到账",
            "text": "我三天前申请了退款。",
            "channel": "api",
            "language": "zh",
            "priority": "normal",
            "topic": None,
            "opened_at": now,
            "response_due_at": now + timedelta(hours=1),
            "resolution_due_at": now + timedelta(hours=8),
        }
        return TicketOpened(**{**standard, **facts})

    def resolved(self, ticket_id: UUID) -> TicketResolved:
        """The event."""
        return TicketResolved(
            ticket_id=ticket_id,
            number=1042,
            customer_id=new_id(),
            customer_name="王女士",
            agent_id=None,
            subject="退款还没有到账",
            channel="api",
            language="zh",
            topic=None,
            resolved_at=self.stage.clock.now(),
        )

    def reopened(self, ticket_id: UUID, **facts: Any) -> TicketReopened:
        """The event."""
        standard: dict[str, Any] = {
            "ticket_id": ticket_id,
            "number": 1042,
            "customer_id": new_id(),
            "customer_name": "王女士",
            "tier": "standard",
            "agent_id": None,
            "subject": "退款还没有到账",
            "language": "zh",
            "priority": "normal",
            "topic": None,
            "reopened_at": self.stage.clock.now(),
            "resolution_due_at": self.stage.clock.now() + timedelta(hours=8),
        }
        return TicketReopened(**{**standard, **facts})

    async def resolve(self, *tickets: UUID, times: int = 1) -> None:
        """Tickets are resolved."""
        await self.hear([self.resolved(ticket_id) for ticket_id in tickets], times=times)

    async def close(self, *tickets: UUID, times: int = 1) -> None:
        """Tickets are closed."""
        await self.hear([TicketClosed(ticket_id=ticket_id) for ticket_id in tickets], times=times)

    async def reopen(self, ticket_id: UUID, *, times: int = 1, **facts: Any) -> None:
        """A ticket is reopened."""
        await self.hear([self.reopened(ticket_id, **facts)], times=times)

    async def assign(self, ticket_id: UUID, agent_id: UUID, *, by: Any = "person", times: int = 1) -> None:
        """Somebody assigns the ticket."""
        await self.hear([TicketAssigned(ticket_id=ticket_id, agent_id=agent_id, by=by)], times=times)

    async def hear(self, events: Sequence[Any], *, times: int = 1, sequence: int | None = None) -> None:
        """Events about tickets are heard in one batch, `times` times, each the ticket's next unless `sequence` says."""
        messages = [self._message(event, event.ticket_id, sequence) for event in events]
        hearing = Hearing(SERVICE.listens, self.stage.database, self.stage.clock)
        for _ in range(times):
            await hearing.hear(messages)

    def _message(self, event: Event, about: UUID, sequence: int | None) -> Message:
        version = sequence or self.versions.get(about, 0) + 1
        self.versions[about] = max(version, self.versions.get(about, 0))
        self._offset += 1
        now = self.stage.clock.now()
        raw = wrap(event, event_id=new_id(), subject=about, sequence=version, now=now, traceparent="")
        return Message(event.TOPIC, 0, self._offset, str(about), raw)

    async def item(self, ticket_id: UUID) -> Any:
        """The work item of a ticket."""
        (row,) = await self.stage.rows("work_item", ticket_id=ticket_id)
        return row

    async def offer(self, ticket_id: UUID) -> Any:
        """The open offer of a ticket."""
        (row,) = await self.stage.rows("offer", ticket_id=ticket_id, state="open")
        return row

    async def load(self, agent_id: UUID) -> tuple[int, int]:
        """How many units the agent has in use, and over."""
        (row,) = await self.stage.rows("agent", id=agent_id)
        return row.used, row.over

    async def get(self, path: str, **query: Any) -> Any:
        """What a supervisor reads there."""
        async with self.stage.client("supervisor") as supervisor:
            response = await supervisor.get(path, params=query)
        assert response.status_code == 200, response.text
        return response.json()

    async def said(self) -> list[str]:
        """The types of the events said so far."""
        return [one.type for one in await self.stage.said()]

    async def broken(self) -> list[str]:
        """Which invariants do not hold."""
        async with self.stage.database.reading() as db:
            return [name for name, query in INVARIANTS.items() if (await db.execute(sa.text(query))).first()]


@pytest_asyncio.fixture(loop_scope="session")
async def stage(fresh_stage: Any) -> Stage:
    """routing-svc on a database of its own."""
    made: Stage = await fresh_stage(SERVICE)
    return made


@pytest.fixture
def floor(stage: Stage) -> Floor:
    """The floor on that stage."""
    return Floor(stage)
