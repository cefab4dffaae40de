"""The session: committed or rolled back as a whole, also under cancellation."""

import asyncio

import pytest
import sqlalchemy as sa

from common.db import Database, DatabaseAway
from common.ids import new_id
from common.testing.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

PUT = sa.text("INSERT INTO wall (id, version) VALUES (:id, 1)")


async def put_and_fail(stage: Stage) -> None:
    async with stage.database.transaction() as db:
        await db.execute(PUT, {"id": new_id()})
        raise ValueError("no")


async def test_a_block_that_raises_leaves_nothing(stage: Stage) -> None:
    with pytest.raises(ValueError, match="no"):
        await put_and_fail(stage)
    assert await stage.rows("wall") == []


async def test_after_a_commit_and_only_then_the_callbacks_are_called(stage: Stage) -> None:
    calls: list[str] = []
    stage.database.after_commit(lambda: calls.append("committed"))
    async with stage.database.transaction() as db:
        await db.execute(PUT, {"id": new_id()})
        assert calls == []
    assert calls == ["committed"]
    with pytest.raises(ValueError, match="no"):
        async with stage.database.transaction():
            raise ValueError("no")
    assert calls == ["committed"]


async def test_cancelling_at_any_moment_leaves_whole_transactions_and_a_sound_pool(stage: Stage) -> None:
    async def two_rows() -> None:
        async with stage.database.transaction() as db:
            await db.execute(PUT, {"id": new_id()})
            await db.execute(PUT, {"id": new_id()})

    for moment in range(40):
        task = asyncio.create_task(two_rows())
        await asyncio.sleep(moment * 0.0003)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert len(await stage.rows("wall")) % 2 == 0
    await asyncio.gather(*(two_rows() for _ in range(20)))
    assert stage.database.in_use == 0


async def test_a_reader_sees_only_what_is_committed(stage: Stage) -> None:
    async with stage.database.transaction() as db:
        await db.execute(PUT, {"id": new_id()})
        assert await stage.rows("wall") == []
    assert len(await stage.rows("wall")) == 1


async def test_a_database_that_is_away_is_said_to_be(stage: Stage) -> None:
    gone = Database("postgresql://nobody:nothing@127.0.0.1:1/nowhere")
    with pytest.raises(DatabaseAway):
        async with gone.transaction() as db:
            await db.execute(PUT, {"id": new_id()})
    with pytest.raises(DatabaseAway):
        await gone.ping()
    await stage.database.ping()


async def test_a_pool_that_is_exhausted_answers_instead_of_waiting_for_ever(stage: Stage) -> None:
    small = Database(stage.database.url, pool_size=1, patience=2)
    async with small.reading() as first:
        await first.execute(sa.text("SELECT 1"))
        with pytest.raises(DatabaseAway):
            await small.ping()
    await small.close()
