import pytest

from common.testing.schema import differences
from common.testing.stage import Stage
from gateway.keys import tables as keys
from gateway.people import tables as people
from gateway.schema import metadata


@pytest.mark.asyncio
async def test_the_migrated_schema_is_what_the_tables_say(stage: Stage) -> None:
    assert {people.person, keys.api_key} <= set(metadata.tables.values())
    assert await differences(stage.database.url, metadata) == []
