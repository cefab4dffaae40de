"""Looking at the run's tickets over HTTP, as an administrator would."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import httpx

from kefu_local.verify.history import Run
from kefu_local.verify.marks import call_in
from kefu_local.verify.seen import Step, Survey, Ticket, Work

_TOGETHER = 8
_TRIES = 60
Json = dict[str, Any]


class CannotLook(Exception):
    """The platform did not show something for a minute."""


class Looking:
    """Reads tickets and what belongs to them."""

    def __init__(self, http: httpx.AsyncClient, run: Run) -> None:
        self._http, self._run = http, run
        self._turns = asyncio.Semaphore(_TOGETHER)

    async def tickets(self, only: Iterable[str] | None = None) -> dict[str, Ticket]:
        """The run's tickets by id; `only` these of them, in their present state. Raises CannotLook."""
        if only is None:
            rows = await self._all(f"/v1/tickets?topic={self._run.topic}")
        else:
            found = await asyncio.gather(*(self._one(f"/v1/tickets/{ticket}") for ticket in only))
            rows = [row for row in found if row]
        # A page that shifted under new tickets may show one twice.
        by_id = {row["id"]: row for row in rows}
        seen = await asyncio.gather(*(self._ticket(row) for row in by_id.values()))
        return {ticket.id: ticket for ticket in seen}

    async def room(self, agents: Iterable[str]) -> bool:
        """Whether one of the agents is there and could take one more ticket."""
        found = await asyncio.gather(*(self._one(f"/v1/agents/{agent}") for agent in agents))
        return any(one and one["presence"] == "online" and one["load"] < one["capacity"] for one in found)

    async def _ticket(self, row: Json) -> Ticket:
        id_ = row["id"]
        messages, trail, work, suggestion, surveys = await asyncio.gather(
            self._all(f"/v1/tickets/{id_}/messages"),
            self._all(f"/v1/tickets/{id_}/events"),
            self._one(f"/v1/work-items/{id_}"),
            self._one(f"/v1/suggestions/{id_}"),
            self._surveys(row),
        )
        answered = any(one["score"] for one in surveys)
        recoveries = await self._all(f"/v1/recoveries?ticket_id={id_}") if answered else []
        return Ticket(
            id=id_,
            number=row["number"],
            subject=row["subject"],
            status=row["status"],
            merged_into=row["merged_into_id"] or "",
            version=row["version"],
            customer=row["customer"]["id"],
            agent=row["agent_id"] or "",
            messages=tuple(call_in(one["text"]) or one["text"] for one in messages),
            message_ids=tuple(one["id"] for one in messages),
            trail=tuple(Step(one["version"], one["type"]) for one in trail),
            work=Work(work["state"], work["version"], work["agent_id"] or "") if work else None,
            suggested=suggestion is not None,
            surveys=tuple(
                Survey(one["id"], one["state"], one["score"] or 0, call_in(one["comment"])) for one in surveys
            ),
            recoveries=tuple(one["survey_id"] for one in recoveries),
        )

    async def _surveys(self, row: Json) -> list[Json]:
        # Before its resolution a ticket has none; a survey out of nothing shows as an event of the topic.
        return await self._all(f"/v1/surveys?ticket_id={row['id']}") if row["resolved_at"] else []

    async def _all(self, path: str) -> list[Json]:
        items: list[Json] = []
        joint, cursor = "&" if "?" in path else "?", ""
        while True:
            page = await self._one(f"{path}{joint}limit=200{f'&cursor={cursor}' if cursor else ''}")
            items += page["items"] if page else []
            cursor = (page or {}).get("next_cursor") or ""
            if not cursor:
                return items

    async def _one(self, path: str) -> Json | None:
        """The document at `path`; None when there is none. Raises CannotLook."""
        for _ in range(_TRIES):
            try:
                async with self._turns:
                    answer = await self._http.get(path)
            except httpx.HTTPError:
                await asyncio.sleep(1)
                continue
            if answer.is_success:
                found: Json = answer.json()
                return found
            if answer.status_code == 404:
                return None
            await asyncio.sleep(1)
        raise CannotLook(f"GET {path} was not answered for a minute.")
