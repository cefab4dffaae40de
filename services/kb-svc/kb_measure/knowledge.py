"""A Postgres of its own with the evaluation articles in it, for as long as a measurement takes."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from common.db import Database
from common.embedded.postgres import Server
from common.migrate import migrate
from common.testing.stage import a_caller
from kb_svc.articles.schemas import ArticleWanted
from kb_svc.articles.write import write_article


@asynccontextmanager
async def empty_knowledge_base() -> AsyncIterator[Database]:
    """A migrated database on a server with its default, durable settings."""
    with tempfile.TemporaryDirectory(prefix="kefu-measure-") as home:
        server = Server(Path(home))
        server.start()
        url = f"{server.superuser_url.rpartition('/')[0]}/postgres"
        await migrate(url, "kb_svc")
        database = Database(url, pool_size=10)
        try:
            yield database
        finally:
            await database.close()
            server.stop()


async def publish_all(database: Database, wanted: Iterable[ArticleWanted], *, publishers: int = 8) -> list[float]:
    """Write and publish the articles, each in its own transaction; the seconds that each took."""
    waiting, who, took = iter(list(wanted)), a_caller("integration"), []

    async def publisher() -> None:
        for one in waiting:
            began = time.perf_counter()
            async with database.transaction() as db:
                await write_article(db, who, one, now=datetime.now(UTC))
            took.append(time.perf_counter() - began)

    async with asyncio.TaskGroup() as group:
        for _ in range(publishers):
            group.create_task(publisher())
    return took
