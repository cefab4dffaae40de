"""Any life that tickets may have together: every operation, in any order, and what must hold after each step.

A state machine whose states stand in a real database: Hypothesis draws the course, the model keeps what was said.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from common.contracts.routing import AgentJoined
from common.ids import new_id
from ticket_svc.tickets.status import ACTS, STATUSES, after

pytestmark = pytest.mark.asyncio

which = st.integers(0, 3)
verbs = ["pend", "hold", "resume", "resolve", "close", "reopen", "snooze", "wake", "unmerge", "assign"]
steps = st.one_of(
    st.tuples(st.just("open"), which),
    st.tuples(st.just("say"), which, st.sampled_from(["customer", "agent"]), st.sampled_from(["问题", "谢谢", "好的"])),
    st.tuples(st.just("note"), which),
    st.tuples(st.sampled_from(verbs), which),
    st.tuples(st.sampled_from(["merge", "child"]), which, which),
    st.tuples(st.just("split"), which, which),
    st.tuples(st.just("update"), which, st.sampled_from(["urgent", "low"])),
    st.tuples(st.just("wait"), st.sampled_from([1, 26, 80, 200])),
)

_EMPTY = sa.text(
    "TRUNCATE customer, ticket, message, ticket_event, ticket_link, ticket_merge, ticket_merge_message, outbox, timer"
    " CASCADE"
)
_TICKETS = sa.text("SELECT id, status, version, merged_into_id FROM ticket")
_SAID = sa.text("SELECT text, count(*) AS times FROM message WHERE author_kind <> 'rule' GROUP BY text")
_DIRECTLY = sa.text(
    "SELECT t.number FROM ticket t JOIN message m ON m.ticket_id = t.id WHERE t.merged_into_id IS NOT NULL"
)
_GAPS = sa.text(
    "SELECT t.number FROM ticket t LEFT JOIN outbox o ON o.aggregate_id = t.id GROUP BY t.id"
    " HAVING count(o.version) <> t.version OR max(o.version) <> t.version OR min(o.version) <> 1"
)
_TRAIL = sa.text(
    "SELECT ticket_id FROM (SELECT ticket_id, version - lag(version) OVER (PARTITION BY ticket_id ORDER BY position)"
    " AS step FROM ticket_event) AS steps WHERE step NOT IN (0, 1)"
)
_CLOCKS = sa.text(
    "SELECT t.number FROM ticket t JOIN timer s ON s.subject_id = t.id AND s.kind LIKE 'sla.%'"
    " WHERE t.status IN ('resolved', 'closed')"
)
_MOVES = {(status, after(status, act)) for status in STATUSES for act in ACTS if after(status, act)}


class Lives:
    """The model: what was said, and how each ticket stood when it was looked at last."""

    def __init__(self, desk: Any, stage: Any, agent_id: UUID) -> None:
        self.desk, self.stage, self.agent_id = desk, stage, agent_id
        self.ids: list[str] = []
        self.said: dict[str, int] = {}
        self.stood: dict[Any, Any] = {}
        self.before_merge: dict[str, tuple[set[str], int]] = {}
        self.splits = 0

    def pick(self, place: int) -> str:
        """One of the tickets, of which there are always some."""
        return self.ids[place % len(self.ids)]

    async def ask(self, path: str, **body: Any) -> Any:
        """Ask for something; whatever is refused is refused as it should be."""
        answer = await self.desk.client.post(f"/v1/tickets{path}", json=body or None)
        assert answer.status_code in (200, 201, 404, 409, 422), answer.text
        return answer.json() if answer.status_code in (200, 201) else None

    def word(self, beginning: str) -> str:
        """A text that was never said; what is mere thanks stays so."""
        return beginning if beginning in ("谢谢", "好的") else f"{beginning} {new_id()}"

    async def messages(self, ticket_id: str) -> set[str]:
        """The ids of a ticket's messages."""
        return {str(row.id) for row in await self.stage.rows("message", ticket_id=ticket_id)}

    async def take(self, verb: str, *given: Any) -> None:
        """One step."""
        special: dict[str, Callable[..., Any]] = {
            "open": self.open, "say": self.say, "note": self.note, "merge": self.merge, "split": self.split,
            "child": self.child, "unmerge": self.unmerge, "update": self.update, "wait": self.wait,
        }  # fmt: skip
        if verb in special:
            await special[verb](*given)
        else:
            body = {"agent_id": str(self.agent_id)} if verb == "assign" else {}
            await self.ask(f"/{self.pick(given[0])}/{verb}", **body)

    async def open(self, customer: int) -> None:
        """A ticket of one of four customers."""
        text = self.word("事情")
        made = await self.ask("", text=text, customer={"external_id": f"c-{customer}"})
        self.ids.append(made["id"])
        self.said[text] = 1

    async def say(self, place: int, author: str, beginning: str) -> None:
        """A public message."""
        text = self.word(beginning)
        answer = await self.ask(f"/{self.pick(place)}/replies", text=text, author=author)
        if answer:
            self.said[text] = self.said.get(text, 0) + 1
            if answer["ticket_id"] not in self.ids:
                self.ids.append(answer["ticket_id"])

    async def note(self, place: int) -> None:
        """A note."""
        text = self.word("备注")
        if await self.ask(f"/{self.pick(place)}/notes", text=text):
            self.said[text] = 1

    async def merge(self, place: int, into: int) -> None:
        """Two of them become one."""
        source = self.pick(place)
        before = await self.messages(source)
        if await self.ask(f"/{source}/merge", into=self.pick(into), other_customer=True):
            self.before_merge[source] = (before, self.splits)

    async def unmerge(self, place: int) -> None:
        """One of them is on its own again, with all that was its own; unless some of it was split away meanwhile."""
        ticket_id = self.pick(place)
        if await self.ask(f"/{ticket_id}/unmerge"):
            before, splits = self.before_merge.pop(ticket_id)
            after = await self.messages(ticket_id)
            assert after <= before if self.splits > splits else after == before

    async def split(self, place: int, message: int) -> None:
        """One becomes two."""
        ticket_id = self.pick(place)
        found = sorted(await self.messages(ticket_id))
        if found:
            made = await self.ask(f"/{ticket_id}/split", from_message_id=found[message % len(found)])
            self.ids += [made["id"]] if made else []
            self.splits += made is not None

    async def child(self, place: int, parent: int) -> None:
        """One is a child of another."""
        await self.ask(f"/{self.pick(place)}/links", kind="child", to=self.pick(parent))

    async def update(self, place: int, priority: str) -> None:
        """Another priority."""
        url = f"/v1/tickets/{self.pick(place)}"
        version = (await self.desk.client.get(url)).headers["etag"]
        answer = await self.desk.client.patch(url, json={"priority": priority}, headers={"If-Match": version})
        assert answer.status_code in (200, 409)

    async def wait(self, hours: int) -> None:
        """Time passes, and what comes due runs."""
        await self.stage.pass_time(timedelta(hours=hours))

    async def holds(self, verb: str) -> None:
        """What must hold between any two steps."""
        async with self.stage.database.reading() as db:
            for query in (_DIRECTLY, _GAPS, _TRAIL, _CLOCKS):
                assert (await db.execute(query)).all() == [], query
            assert {row.text: row.times for row in await db.execute(_SAID)} == self.said
            rows = (await db.execute(_TICKETS)).all()
        for row in rows:
            self.moved_well(self.stood.get(row.id), row, verb)
            self.stood[row.id] = row
        assert await self.stage.parked() == []

    def moved_well(self, stood: Any, row: Any, verb: str) -> None:
        """Only declared transitions, and versions that only grow."""
        if stood is None:
            return
        assert row.version >= stood.version
        if verb == "unmerge" and stood.merged_into_id and not row.merged_into_id:
            assert stood.status == "closed"
        elif verb == "wait":
            assert (stood.status, row.status) in {(one, one) for one in STATUSES} | {("resolved", "closed")}
        else:
            assert stood.status == row.status or (stood.status, row.status) in _MOVES
            assert stood.status != "closed" or row.status == "closed"


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # a course is short enough to be read as it is
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(steps, min_size=8, max_size=40))
async def test_what_must_hold_holds_after_every_step(desk: Any, stage: Any, course: list[tuple[Any, ...]]) -> None:
    async with stage.database.transaction() as db:
        await db.execute(_EMPTY)
    agent_id = new_id()
    await stage.hear(AgentJoined(agent_id=agent_id, name="小李", skills={}, capacity=5), about=agent_id)
    lives = Lives(desk, stage, agent_id)
    for customer in (0, 1):
        await lives.take("open", customer)
    for step in course:
        await lives.take(*step)
        await lives.holds(step[0])
