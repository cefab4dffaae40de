from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from common.plumbing import metadata as plumbing
from routing_svc.schema import metadata


@pytest.mark.asyncio
async def test_the_migrated_schema_is_the_one_in_the_code(fresh_database: Any) -> None:
    url = await fresh_database("routing_svc")
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"), poolclass=NullPool)

    def ours(name: str | None, kind: str, _parents: Any) -> bool:
        return kind != "table" or not (name in plumbing.tables or (name or "").startswith("alembic_version"))

    async with engine.connect() as connection:
        options = {"include_name": ours, "compare_type": True}
        difference = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync, opts=options), metadata)
        )
    await engine.dispose()
    assert difference == []
