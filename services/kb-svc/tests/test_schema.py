import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from common.plumbing import metadata as plumbing
from common.testing.stage import Stage
from kb_svc.articles import tables as articles
from kb_svc.schema import metadata
from kb_svc.search import tables as search
from kb_svc.search.index import SLOTS
from kb_svc.suggestions import tables as suggestions

ROOMS = (articles, search, suggestions)


def _differences(connection: sa.Connection) -> list[object]:
    def ours(_thing: object, name: str | None, kind: str, *_: object) -> bool:
        return kind != "table" or (name not in plumbing.tables and not str(name).startswith("alembic_version"))

    options = {"include_object": ours, "compare_type": True}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


@pytest.mark.asyncio
async def test_the_migrated_schema_is_what_the_tables_say(stage: Stage) -> None:
    async with stage.database.reading() as db:
        assert await db.run_sync(_differences) == []
    assert {table.name for room in ROOMS for table in vars(room).values() if isinstance(table, sa.Table)} == set(
        metadata.tables
    )


@pytest.mark.asyncio
async def test_the_corpus_has_every_slot_that_publishers_write_to(stage: Stage) -> None:
    assert {row.slot for row in await stage.rows("corpus")} == set(range(SLOTS))
