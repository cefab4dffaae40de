"""`migrate --wait`: waits for the schema this code needs, and never changes it."""

import asyncio
import os
import signal
import subprocess
import sys

import pytest
import sqlalchemy as sa

from common.db import Database
from common.migrate import migrate, wait_until_current
from common.testing.plugin import FreshDatabase
from common.testing.stage import SECRET, keys


@pytest.mark.asyncio
async def test_the_wait_is_over_as_soon_as_somebody_else_has_migrated_and_not_before(
    fresh_database: FreshDatabase,
) -> None:
    url = await fresh_database("common")
    database = Database(url)
    async with database.transaction() as db:
        await db.execute(sa.text("DROP SCHEMA public CASCADE"))
        await db.execute(sa.text("CREATE SCHEMA public"))
    waiting = asyncio.create_task(wait_until_current(database, "common", look_every=0.01))
    done, _ = await asyncio.wait({waiting}, timeout=0.1)
    assert not done
    async with database.reading() as db:
        tables = (await db.execute(sa.text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))).scalar_one()
    assert tables == 0, "who waits changes nothing"
    await migrate(url, "common")
    await asyncio.wait_for(waiting, 5)
    await database.close()


@pytest.mark.asyncio
async def test_a_newer_schema_than_this_code_knows_is_waited_for_no_longer(fresh_database: FreshDatabase) -> None:
    database = Database(await fresh_database("common"))
    async with database.transaction() as db:
        await db.execute(sa.text("UPDATE alembic_version_common SET version_num = 'of_tomorrow'"))
    await asyncio.wait_for(wait_until_current(database, "common", look_every=0.01), 5)
    await database.close()


def test_a_wait_for_a_database_that_is_away_goes_on_and_ends_at_once_when_told_to_stop() -> None:
    code = (
        "from common.run import main; from common.made_of import Service; from common.settings import Settings;"
        "main(Service('toy-svc', 'toy', 'common', Settings, None, [], {}), ['migrate', '--wait'])"
    )
    environment = {
        **os.environ,
        "KEFU_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "KEFU_BUS": "kafka://127.0.0.1:1",
        "KEFU_IDENTITY_PUBLIC_KEY": keys()[1],
        "KEFU_SIGNING_SECRET": SECRET,
    }
    with subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True) as waiting:
        assert waiting.stdout is not None
        assert "the database does not answer" in waiting.stdout.readline()
        waiting.send_signal(signal.SIGTERM)
        assert waiting.wait(timeout=10) == 1
