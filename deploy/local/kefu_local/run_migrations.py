"""All migrations in one process, which pays for the imports once: `python -m kefu_local.run_migrations`.

KEFU_MIGRATIONS is a JSON object: the url of the database by the package whose migrations it gets.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Mapping

from common.migrate import migrate


async def run(urls: Mapping[str, str]) -> None:
    """Migrate one after the other; Alembic's context belongs to the process."""
    for package, url in urls.items():
        await migrate(url, package)


if __name__ == "__main__":
    asyncio.run(run(json.loads(os.environ["KEFU_MIGRATIONS"])))
