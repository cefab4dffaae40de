import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, NullPool
from sqlalchemy.ext.asyncio import create_async_engine

from common.plumbing import metadata as plumbing
from common.testing.plugin import FreshDatabase
from feedback_svc.customers import tables as customers
from feedback_svc.recoveries import tables as recoveries
from feedback_svc.schema import metadata
from feedback_svc.surveys import tables as surveys


def differences(connection: Connection) -> list[object]:
    def ours(name: str | None, kind: str, _parents: object) -> bool:
        known = name in plumbing.tables or str(name).startswith("alembic_version")
        return kind != "table" or not known

    context = MigrationContext.configure(
        connection, opts={"include_name": ours, "compare_type": True, "compare_server_default": True}
    )
    return list(compare_metadata(context, metadata))


@pytest.mark.asyncio
async def test_the_migrations_make_the_tables_that_the_code_describes(fresh_database: FreshDatabase) -> None:
    url = await fresh_database("feedback_svc")
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"), poolclass=NullPool)
    async with engine.connect() as connection:
        found = await connection.run_sync(differences)
    await engine.dispose()
    assert found == []
    assert set(metadata.tables) == {
        surveys.ticket.name,
        surveys.survey.name,
        recoveries.recovery.name,
        customers.merged_customer.name,
    }
