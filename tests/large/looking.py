"""Asking the service, and having Postgres explain the very statements that it ran for the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from common.connection import speak_json
from common.testing.stage import Stage
from large.plans import Json


@dataclass(frozen=True, slots=True)
class Ran:
    """A statement with its arguments, as it was sent."""

    sql: str
    arguments: Sequence[Any]


class Large:
    """A large database, its service, and a connection of one's own beside it."""

    def __init__(self, stage: Stage, connection: asyncpg.Connection[Any]) -> None:
        self.stage, self.connection = stage, connection
        self._ran: list[Ran] = []
        stage.database.tell_with_arguments(lambda sql, arguments: self._ran.append(Ran(sql, arguments)))

    async def get(self, path: str, **params: Any) -> dict[str, Any]:
        """The answer of a GET."""
        given = {name: value for name, value in params.items() if value is not None}
        async with self.stage.client() as client:
            answer = await client.get(path, params=given)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def ran(self, path: str, **params: Any) -> list[Ran]:
        """The statements that a GET takes."""
        before = len(self._ran)
        await self.get(path, **params)
        return self._ran[before:]

    async def explain(self, ran: Ran, *, generic: bool) -> Json:
        """The plan of a statement as it really ran; `generic`: as it runs once Postgres plans it no more each time."""
        await self.connection.execute(f"SET plan_cache_mode = force_{'generic' if generic else 'custom'}_plan")
        plans = await self.connection.fetchval(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {ran.sql}", *ran.arguments)
        found: Json = plans[0]["Plan"]
        return found

    async def value(self, sql: str, *arguments: Any) -> Any:
        """One value of the database."""
        return await self.connection.fetchval(sql, *arguments)


async def beside(url: str) -> asyncpg.Connection[Any]:
    """A connection that speaks as the service's do."""
    connection = await asyncpg.connect(url, server_settings={"jit": "off", "random_page_cost": "1.1"})
    await speak_json(connection)
    return connection
