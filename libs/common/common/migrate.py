"""Bringing a database's schema up to date: the plumbing's history, then the service's own. Safe to run at any time.

An advisory lock lets one of several callers migrate while the others wait; a migration waits at most 5 s for a table's
lock (`lock_timeout`), so that it never queues up in front of live traffic. Expand, deploy, contract: a migration never
takes away what the running code still needs.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import asyncpg
import sqlalchemy as sa
from alembic import command, context
from alembic.config import Config
from alembic.script import ScriptDirectory
from asyncpg.exceptions import UndefinedTableError
from sqlalchemy.ext.asyncio import create_async_engine

from common import telemetry
from common.crash import crash_point
from common.db import Database, DatabaseAway, ReadDb

RESTORING = "kefu_restore"
"""A schema of this name marks a database that a restore has begun to fill and not finished."""
RESTORE_UNFINISHED = "A restore of this database was not finished: run `kefu restore` again."
_LOCK = 0x6B6566755F6D6967
_LOOK_EVERY, _SAY_EVERY = 1.0, 30


class RestoreUnfinished(Exception):
    """A restore of this database was begun and not finished: nobody may work on it until it is."""


async def migrate(database_url: str, package: str) -> None:
    """Migrate `package`'s database (`postgresql://…`) to the newest schema; nothing happens when it already is.

    Raises RestoreUnfinished.
    """
    # The address means here what it means to the service's own pool, with all that asyncpg reads in it (`sslmode`).
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(database_url), poolclass=sa.NullPool
    )
    try:
        async with engine.connect() as connection:
            # Both belong to the session and outlive the transactions that Alembic opens and ends on it.
            await connection.exec_driver_sql(f"SELECT pg_advisory_lock({_LOCK})")
            await connection.exec_driver_sql("SET lock_timeout = '5s'")
            await connection.run_sync(_end_transaction)
            await connection.run_sync(_refuse_half_a_restore)
            for owner in dict.fromkeys(("common", package)):
                await connection.run_sync(_upgrade, owner)
                crash_point("migration.after_commit")
    finally:
        await engine.dispose()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the schema of a database stands, for this code."""

    versions: dict[str, tuple[int, int]]
    """How many migrations the database has and how many this code needs: of `plumbing`, which every service has, and
    of `service`, its own."""
    reason: str | None
    """What it lacks, in a sentence; None when it is at least as new as this code needs, and no restore is under way."""


async def standing(db: ReadDb, package: str) -> Standing:
    """Where the schema stands."""
    reason = RESTORE_UNFINISHED if (await db.execute(_UNFINISHED)).scalar_one() else None
    versions: dict[str, tuple[int, int]] = {}
    for owner in dict.fromkeys(("common", package)):
        known, at = _revisions(owner), await _revision(db, owner)
        # A revision this code does not know is a newer one: old code runs on the expanded schema.
        place = 0 if at is None else known.get(at, len(known) + 1)
        versions["plumbing" if owner == "common" else "service"] = place, len(known)
        if place < len(known) and reason is None:
            head = max(known, key=lambda name: known[name])
            reason = f"The schema of {owner} is at {at or 'nothing'}, and this code needs {head}: migrate."
    return Standing(versions, reason)


async def is_current(db: ReadDb, package: str) -> bool:
    """Whether the schema is at least as new as this code needs, and no restore is under way."""
    return (await standing(db, package)).reason is None


async def wait_until_current(database: Database, package: str, *, look_every: float = _LOOK_EVERY) -> None:
    """Return once the schema is at least as new as this code needs: somebody else migrates, or the database is away.

    Nothing is changed. `look_every` is the seconds between two looks; what it waits for is logged from time to time.
    """
    looks = 0
    while True:
        try:
            async with database.reading() as db:
                if await is_current(db, package):
                    return
            reason = "the schema is older than this code needs, or a restore is under way"
        except DatabaseAway:
            reason = "the database does not answer"
        if looks % _SAY_EVERY == 0:
            telemetry.log.info("migration.awaited", package=package, reason=reason)
        looks += 1
        await asyncio.sleep(look_every)


async def _revision(db: ReadDb, owner: str) -> str | None:
    try:
        at: str | None = (await db.execute(sa.text(f"SELECT version_num FROM {version_table(owner)}"))).scalar()
    except UndefinedTableError:
        return None
    return at


def run_migrations() -> None:
    """The whole `env.py` of every package: run on the connection that `migrate` holds."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        version_table=context.config.attributes["version_table"],
        transaction_per_migration=True,
        on_version_apply=lambda **_: crash_point("migration.before_commit"),
    )
    with context.begin_transaction():
        context.run_migrations()


def _refuse_half_a_restore(connection: sa.Connection) -> None:
    unfinished = connection.execute(_UNFINISHED).scalar_one()
    connection.rollback()
    if unfinished:
        raise RestoreUnfinished(RESTORE_UNFINISHED)


_UNFINISHED = sa.text(f"SELECT to_regnamespace('{RESTORING}') IS NOT NULL")


def _end_transaction(connection: sa.Connection) -> None:
    # A session's advisory lock and SET survive a rollback only if they were made outside it, or committed: the lock
    # is not transactional; the SET is, so it is said once more where no transaction is open.
    connection.rollback()
    connection.connection.dbapi_connection.run_async(lambda raw: raw.execute("SET lock_timeout = '5s'"))  # type: ignore[union-attr]  # asyncpg's adapter is untyped


def _upgrade(connection: sa.Connection, owner: str) -> None:
    config = _config(owner)
    config.attributes["connection"] = connection
    config.attributes["version_table"] = version_table(owner)
    command.upgrade(config, "head")
    connection.rollback()


@lru_cache
def _revisions(owner: str) -> dict[str, int]:
    """The migrations of a history by their place in it, from 1."""
    scripts = list(ScriptDirectory.from_config(_config(owner)).walk_revisions())
    return {script.revision: place for place, script in enumerate(reversed(scripts), 1)}


def _config(owner: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files(owner).joinpath("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def version_table(owner: str) -> str:
    """Where a database says at which of a package's revisions it is."""
    return f"alembic_version_{owner}"


def history(owner: str) -> list[str]:
    """The revisions that this code knows of a package's migrations (or of `common`'s), oldest first."""
    scripts = ScriptDirectory.from_config(_config(owner)).walk_revisions()
    return [script.revision for script in scripts][::-1]
