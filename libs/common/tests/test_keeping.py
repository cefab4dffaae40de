"""Dead letters, retention and migrations."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa

from common import dead_letters
from common.bus import Message
from common.embedded.postgres import Server
from common.hear import Hearing
from common.ids import new_id
from common.migrate import is_current, migrate
from common.plumbing import metadata
from common.retention import PLUMBING, prune
from common.testing.plugin import FreshDatabase
from common.testing.schema import differences
from common.testing.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def kill(stage: Stage, note: Any, text: str = "poison") -> Any:
    await stage.hear(note(text=text), about=new_id())
    for _ in range(8):
        await stage.pass_time(timedelta(hours=1))
    async with stage.database.reading() as db:
        return (await dead_letters.open_letters(db))[-1]


async def test_a_letter_that_is_replayed_is_tried_again_from_its_first_attempt(stage: Stage, note: Any) -> None:
    letter = await kill(stage, note)
    async with stage.database.transaction() as db:
        await dead_letters.replay(db, letter.id, by="ops", now=stage.clock.now())
    (waiting,) = await stage.parked()
    assert waiting.attempts == 0
    (settled,) = await stage.rows("dead_letter")
    assert (settled.settled_as, settled.settled_by) == ("replayed", "ops")


async def test_a_letter_is_settled_once(stage: Stage, note: Any) -> None:
    letter = await kill(stage, note)
    async with stage.database.transaction() as db:
        await dead_letters.skip(db, letter.id, by="ops", reason="a test", now=stage.clock.now())
    with pytest.raises(dead_letters.NoSuchDeadLetter):
        async with stage.database.transaction() as db:
            await dead_letters.replay(db, letter.id, by="ops", now=stage.clock.now())
    async with stage.database.reading() as db:
        assert list(await dead_letters.open_letters(db)) == []
        assert (await dead_letters.show(db, letter.id)).reason == "a test"


async def test_a_letter_that_cannot_be_decoded_cannot_be_replayed_and_stays_open(stage: Stage) -> None:
    hearing = Hearing(stage.service.listens, stage.database, stage.clock)
    await hearing.hear([Message("kefu.toy", 0, 1, "k", b"garbage")])
    (letter,) = await stage.rows("dead_letter")
    with pytest.raises(dead_letters.CannotReplay):
        async with stage.database.transaction() as db:
            await dead_letters.replay(db, letter.id, by="ops", now=stage.clock.now())
    (still,) = await stage.rows("dead_letter")
    assert still.settled_at is None


async def test_what_is_older_than_is_kept_goes_and_the_rest_stays(stage: Stage, note: Any) -> None:
    await stage.hear(note(text="old"), about=new_id())
    stage.clock.forward(timedelta(days=34))
    await stage.hear(note(text="young"), about=new_id())
    stage.clock.forward(timedelta(days=2))
    assert await prune(stage.database, PLUMBING, now=stage.clock.now()) == 2
    assert len(await stage.rows("inbox")) == 2


async def test_an_unpublished_event_is_never_pruned(stage: Stage) -> None:
    async with stage.client() as client:
        await client.post(f"/walls/{new_id()}/notes", json={"text": "x"})
    await prune(stage.database, PLUMBING, now=stage.clock.now() + timedelta(days=999))
    assert len(await stage.said()) == 1


async def test_every_table_that_grows_has_a_retention_or_empties_itself() -> None:
    emptied_by_their_own_work = {"parked", "timer"}
    assert {kept.table for kept in PLUMBING} | emptied_by_their_own_work == set(metadata.tables)


async def test_migrating_again_changes_nothing_and_the_schema_is_what_the_tables_say(
    fresh_database: FreshDatabase,
) -> None:
    url = await fresh_database("common")
    await migrate(url, "common")
    assert await differences(url, metadata) == []


async def test_a_schema_that_differs_is_noticed(fresh_database: FreshDatabase) -> None:
    url = await fresh_database("common")
    connection = await asyncpg.connect(url)
    await connection.execute("ALTER TABLE inbox ADD COLUMN planted text")
    await connection.close()
    assert "planted" in str(await differences(url, metadata))


async def test_readiness_asks_for_a_schema_as_new_as_the_code(stage: Stage) -> None:
    async with stage.database.reading() as db:
        assert await is_current(db, "common")
    async with stage.database.transaction() as db:
        await db.execute(sa.text("UPDATE alembic_version_common SET version_num = '2099_01_01_future'"))
    async with stage.database.reading() as db:
        assert await is_current(db, "common")
    async with stage.database.transaction() as db:
        await db.execute(sa.text("DELETE FROM alembic_version_common"))
    async with stage.database.reading() as db:
        assert not await is_current(db, "common")


async def test_several_callers_may_migrate_at_once(postgres_server: Server) -> None:
    admin = await asyncpg.connect(postgres_server.superuser_url)
    name = f"test_{new_id().hex}"
    await admin.execute(f'CREATE DATABASE "{name}"')
    url = postgres_server.superuser_url.rpartition("/")[0] + f"/{name}"
    await asyncio.gather(*(migrate(url, "common") for _ in range(4)))
    assert await differences(url, metadata) == []
    await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    await admin.close()
