"""The rows of a centre that has worked for two years: customers, agents, tickets with their messages and trails.

Pure but for the seed: the same seed makes the same rows. Nine tenths of the tickets are closed, the others are the
newest; few agents and customers have many, many have few.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from kefu_local.bench.large_texts import TOPICS, Language, Writer

ENDED = datetime(2026, 11, 1, tzinfo=UTC)
"""The newest ticket is from then."""
YEARS = timedelta(days=730)
FIRST_NUMBER = 1001
_STATUSES = {"new": 10, "open": 40, "pending": 20, "resolved": 30}
_TIERS = {"standard": 80, "silver": 12, "gold": 6, "vip": 2}
_PRIORITIES = {"normal": 75, "low": 10, "high": 12, "urgent": 3}
_CHANNELS = {"web": 40, "wechat": 25, "email": 20, "phone": 10, "api": 5}
_ZERO = timedelta(0)

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Size:
    """How many there are of everything."""

    tickets: int = 100_000
    messages: int = 400_000
    customers: int = 30_000
    agents: int = 200


@dataclass(slots=True)
class Rows:
    """Rows of a stretch of tickets, by table, in the order of the columns in COLUMNS."""

    ticket: list[Row]
    message: list[Row]
    ticket_event: list[Row]


COLUMNS = {
    "customer": "id name email phone external_id tier language version created_at updated_at",
    "agent": "id name version",
    "ticket": "id number external_id customer_id subject status priority channel language topic agent_id assigned_at"
    " opened_at response_due_at responded_at response_stood resolution_due_at resolution_stood pended_at resolved_at"
    " version updated_at",
    "message": "id ticket_id is_public author_kind author_id author_name text article_ids created_at",
    "ticket_event": "ticket_id version type actor_kind actor_id actor_name at data",
}
"""What is written of each table."""


class Centre:
    """Makes the rows; ask for `customers`, `agents` and `stretches`, in this order."""

    def __init__(self, size: Size, seed: int = 1) -> None:
        self.size = size
        self._draw = Random(seed)
        self._writer = Writer(self._draw)
        self._agents: list[tuple[UUID, str]] = []
        self._customers: list[tuple[UUID, str, Language]] = []

    def agents(self) -> list[Row]:
        """Everybody who answers."""
        began = ENDED - YEARS
        self._agents = [(self._id(began), f"{self._writer.name('zh')} {at:03d}") for at in range(self.size.agents)]
        return [(agent_id, name, 1) for agent_id, name in self._agents]

    def customers(self) -> list[Row]:
        """Everybody who asks."""
        rows: list[Row] = []
        for at in range(self.size.customers):
            made = ENDED - YEARS + timedelta(seconds=at)
            language: Language = "en" if self._draw.random() < 0.3 else "zh"
            customer_id, name = self._id(made), self._writer.name(language)
            self._customers.append((customer_id, name, language))
            email = f"{name.split()[0].lower()}.{at}@mail.example.com" if language == "en" else f"u{at}@example.cn"
            phone = f"+861{self._draw.randrange(30, 99)}{at:08d}" if language == "zh" else None
            rows.append((customer_id, name, email, phone, f"crm-{at}", self._one(_TIERS), language, 1, made, made))
        return rows

    def stretches(self, most: int = 5_000) -> Iterator[Rows]:
        """The tickets, oldest first, so many at a time."""
        counts = self._message_counts()
        for start in range(0, self.size.tickets, most):
            rows = Rows([], [], [])
            for at in range(start, min(start + most, self.size.tickets)):
                self._ticket(rows, at, counts[at])
            yield rows

    def _message_counts(self) -> list[int]:
        """How many messages each ticket has: one at least, few many, all together as many as are asked for."""
        draw, tickets = self._draw, self.size.tickets
        counts = [1] * tickets
        heavy = [min(1.0, draw.expovariate(3.0)) for _ in range(tickets)]
        for at in draw.choices(range(tickets), weights=heavy, k=self.size.messages - tickets):
            counts[at] += 1
        return counts

    def _ticket(self, rows: Rows, at: int, messages: int) -> None:
        draw = self._draw
        opened = ENDED - YEARS * (1 - (at + 1) / self.size.tickets)
        customer_id, customer_name, language = self._customers[int(len(self._customers) * draw.random() ** 2)]
        agent_id, agent_name = self._agents[int(len(self._agents) * draw.random() ** 2)]
        is_new = at > 0.9 * self.size.tickets or draw.random() < 0.01
        status = self._one(_STATUSES) if is_new else "closed"
        assigned = status != "new"
        ticket_id, text = self._id(opened), self._writer.request(language)
        times = [opened + timedelta(minutes=30 * step) for step in range(messages + 3)]
        trail: list[Row] = [("ticket.opened", "customer", customer_id, customer_name)]
        if assigned:
            trail.append(("ticket.assigned", "system", None, "routing"))
        for step in range(messages):
            by_customer = step % 2 == 0 or not assigned
            is_public = by_customer or draw.random() < 0.8
            who = (customer_id, customer_name) if by_customer else (agent_id, agent_name)
            said = text if step == 0 else self._writer.message(language)
            kind = "customer" if by_customer else "agent"
            rows.message.append((self._id(times[step]), ticket_id, is_public, kind, *who, said, [], times[step]))
            if step:
                trail.append(("ticket.replied" if is_public else "ticket.noted", "person", *who))
        ended = {"resolved": ["ticket.resolved"], "closed": ["ticket.resolved", "ticket.closed"]}.get(status, [])
        trail += [(kind, "person", agent_id, agent_name) for kind in ended]
        rows.ticket_event += [
            (ticket_id, version, kind, actor, actor_id, name, times[min(version, len(times)) - 1], "{}")
            for version, (kind, actor, actor_id, name) in enumerate(trail, 1)
        ]
        rows.ticket.append((
            ticket_id, FIRST_NUMBER + at, f"old-{at}", customer_id, text[:60], status, self._one(_PRIORITIES),
            self._one(_CHANNELS), language, self._topic(), agent_id if assigned else None,
            times[1] if assigned else None,
            opened, opened + timedelta(hours=4), times[1] if assigned and messages > 1 else None, _ZERO,
            opened + timedelta(hours=24), _ZERO, times[-1] if status == "pending" else None,
            times[-1] if ended else None, len(trail), times[-1],
        ))  # fmt: skip

    def _topic(self) -> str | None:
        place = int(self._draw.paretovariate(0.9))
        return TOPICS[place - 1] if place <= len(TOPICS) else None

    def _one(self, weights: dict[str, int]) -> str:
        return self._draw.choices(list(weights), weights=list(weights.values()))[0]

    def _id(self, at: datetime) -> UUID:
        """A UUIDv7 of that instant: rows of one time stand together in the indexes, as they do in life."""
        milliseconds = int(at.timestamp() * 1000)
        return UUID(
            int=milliseconds << 80 | 7 << 76 | self._draw.getrandbits(12) << 64 | 2 << 62 | self._draw.getrandbits(62)
        )
