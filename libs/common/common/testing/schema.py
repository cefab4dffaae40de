"""Whether a migrated database is what the tables in the code say."""

from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.ext.asyncio import create_async_engine

from common.plumbing import metadata as plumbing


async def differences(database_url: str, *metadata: sa.MetaData) -> list[Any]:
    """What a migration would still have to change to bring the database to `metadata` and the plumbing's tables."""
    engine = create_async_engine(
        database_url.replace("postgresql://", "postgresql+asyncpg://", 1), poolclass=sa.NullPool
    )
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_compare, [*metadata, plumbing])
    finally:
        await engine.dispose()


def _compare(connection: sa.Connection, metadata: list[sa.MetaData]) -> list[Any]:
    def ours(name: str | None, kind: str, _parents: Any) -> bool:
        return not (kind == "table" and str(name).startswith("alembic_version"))

    together = list(dict.fromkeys(metadata))
    context = MigrationContext.configure(connection, opts={"include_name": ours, "target_metadata": together})
    found: list[Any] = compare_metadata(context, together)  # type: ignore[arg-type]  # several are allowed, untyped
    return found
