"""Feedback-svc on a stage, and builders of what it hears."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from common.contracts.feedback import SurveySent
from common.contracts.tickets import TicketReopened, TicketResolved
from common.ids import new_id
from common.testing.plugin import FreshStage
from common.testing.stage import MORNING, Stage
from feedback_svc.made_of import SERVICE


@dataclass
class ATicket:
    """A ticket that lives through resolutions and reopenings, as ticket-svc tells of them."""

    stage: Stage
    id: UUID = field(default_factory=new_id)
    customer_id: UUID = field(default_factory=new_id)
    agent_id: UUID = field(default_factory=new_id)
    subject: str = "退款还没到账"
    language: str = "zh"
    channel: str = "api"
    version: int = 2

    def _shared(self) -> dict[str, Any]:
        return {
            "ticket_id": self.id,
            "number": 42,
            "customer_id": self.customer_id,
            "customer_name": "王芳",
            "agent_id": self.agent_id,
            "subject": self.subject,
            "language": self.language,
            "topic": None,
        }

    async def resolve(self, *, times: int = 1) -> None:
        """The agent considers it answered now."""
        self.version += 1
        event = TicketResolved.model_validate(
            self._shared() | {"channel": self.channel, "resolved_at": self.stage.clock.now()}
        )
        await self.stage.hear(event, about=self.id, sequence=self.version, times=times)

    async def reopen(self, *, times: int = 1) -> None:
        """It goes on."""
        self.version += 1
        now = self.stage.clock.now()
        given = {"tier": "gold", "priority": "normal", "reopened_at": now, "resolution_due_at": now}
        event = TicketReopened.model_validate(self._shared() | given)
        await self.stage.hear(event, about=self.id, sequence=self.version, times=times)

    async def link(self) -> str:
        """The path of the link that was sent last."""
        sent = [said.data for said in await self.stage.said("survey.sent")]
        mine = [one for one in sent if isinstance(one, SurveySent) and one.ticket_id == self.id]
        return httpx.URL(mine[-1].link).path

    async def answer(self, score: int, comment: str | None = None) -> httpx.Response:
        """The customer answers as a program would."""
        async with self.stage.stranger() as client:
            return await client.post(await self.link(), json={"score": score, "comment": comment})


@pytest_asyncio.fixture(loop_scope="session")
async def stage(fresh_stage: FreshStage) -> Stage:
    return await fresh_stage(SERVICE)


@pytest.fixture
def a_ticket(stage: Stage) -> Callable[..., ATicket]:
    """Makes tickets."""

    def make(**changes: Any) -> ATicket:
        return ATicket(stage, **changes)

    return make


@pytest.fixture
def a_surveyed_ticket(stage: Stage, a_ticket: Callable[..., ATicket]) -> Callable[..., Awaitable[ATicket]]:
    """Makes tickets that were resolved and whose survey was sent."""

    async def make(**changes: Any) -> ATicket:
        ticket = a_ticket(**changes)
        await ticket.resolve()
        await stage.pass_time(timedelta(hours=1))
        return ticket

    return make


@pytest.fixture
def morning() -> Any:
    """When the stage's clock starts."""
    return MORNING
