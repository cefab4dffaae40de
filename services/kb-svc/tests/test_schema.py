import pytest
import sqlalchemy as sa

from common.testing.schema import differences
from common.testing.stage import Stage
from kb_svc.articles import tables as articles
from kb_svc.schema import metadata
from kb_svc.search import tables as search
from kb_svc.search.index import SLOTS
from kb_svc.suggestions import tables as suggestions

ROOMS = (articles, search, suggestions)


@pytest.mark.asyncio
async def test_the_migrated_schema_is_what_the_tables_say(stage: Stage) -> None:
    assert await differences(stage.database.url, metadata) == []
    assert {table.name for room in ROOMS for table in vars(room).values() if isinstance(table, sa.Table)} == set(
        metadata.tables
    )


@pytest.mark.asyncio
async def test_the_corpus_has_every_slot_that_publishers_write_to(stage: Stage) -> None:
    assert {row.slot for row in await stage.rows("corpus")} == set(range(SLOTS))
