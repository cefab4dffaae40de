"""A restore that was begun and not finished is seen by whoever starts on its databases or its data folder.

Every database is marked before the first is touched, and unmarked only when all are filled and compared: whatever is
killed in between, no service works on half a restore (`common.migrate.is_current`), and running it again finishes it.
"""

from __future__ import annotations

from collections.abc import Mapping

from common.migrate import RESTORING
from kefu_local.backup.cut import connect
from kefu_local.refused import Refused

_USED = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
_HOLDS_SOMETHING = """
SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'r' AND n.nspname IN ('public', 'kefu_bus'))
"""


async def refuse_targets(urls: Mapping[str, str], *, replace: bool, oldest: int) -> None:
    """Refuse databases that are in use, too old, or hold something nobody said may go. Changes nothing.

    `oldest` is the oldest major version of Postgres that will do. Raises Refused.
    """
    for name, url in urls.items():
        connection = await connect(name, url)
        try:
            version = int(await connection.fetchval("SHOW server_version_num"))
            used = await connection.fetchval(_USED)
            marked = await connection.fetchval("SELECT to_regnamespace($1) IS NOT NULL", RESTORING)
            holds = await connection.fetchval(_HOLDS_SOMETHING)
        finally:
            await connection.close()
        if version // 10000 < oldest:
            raise Refused(f"The server of {name} is Postgres {version // 10000}; a restore needs {oldest} or newer.")
        if used:
            raise Refused(f"{used} sessions use the database of {name}: stop the services (scale them to 0) first.")
        if holds and not marked and not replace:
            raise Refused(
                f"The database of {name} is not empty; --replace puts the archive in the place of all of them."
            )


async def mark(urls: Mapping[str, str]) -> None:
    """Mark every database. Safe to repeat."""
    await _everywhere(urls, f"CREATE SCHEMA IF NOT EXISTS {RESTORING}")


async def unmark(urls: Mapping[str, str]) -> None:
    """Take the marks away: the restore is finished."""
    await _everywhere(urls, f"DROP SCHEMA IF EXISTS {RESTORING}")


async def _everywhere(urls: Mapping[str, str], statement: str) -> None:
    for name, url in urls.items():
        connection = await connect(name, url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()
