import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from common.plumbing import metadata as plumbing
from common.testing.stage import Stage
from gateway.keys import tables as keys
from gateway.people import tables as people
from gateway.schema import metadata


@pytest.mark.asyncio
async def test_the_migrated_schema_is_what_the_tables_say(stage: Stage) -> None:
    assert {people.person, keys.api_key} <= set(metadata.tables.values())

    def is_ours(_obj: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
        return kind != "table" or not (name in plumbing.tables or str(name).startswith("alembic_version"))

    def compare(connection: sa.Connection) -> list[object]:
        options = {"include_object": is_ours, "compare_type": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))

    async with stage.database.engine.connect() as connection:
        assert await connection.run_sync(compare) == []
