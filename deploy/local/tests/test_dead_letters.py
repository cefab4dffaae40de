"""`kefu dead-letters` on a service's database: all are counted, and a listener's are replayed together."""

import json
import subprocess
import sys
from uuid import uuid4

import asyncpg
import pytest_asyncio

from common.testing.plugin import FreshDatabase

_ENVELOPE = ("type", "subject", "sequence", "time", "data")
_LETTERS = """
INSERT INTO dead_letter (id, listener, key, topic, envelope, attempts, error, died_at)
SELECT gen_random_uuid(), listener, 'k', 'kefu.ticket', $1, 8, 'ValueError()', now() FROM
(SELECT 'mended' FROM generate_series(1, 205)) AS said(listener)
"""


@pytest_asyncio.fixture
async def letters(fresh_database: FreshDatabase) -> str:
    """A database with 205 letters of one listener, of which one is damaged."""
    url = await fresh_database("common")
    connection = await asyncpg.connect(url)
    await connection.execute(_LETTERS, b"")
    for row in await connection.fetch("SELECT id FROM dead_letter"):
        envelope = json.dumps(dict.fromkeys(_ENVELOPE, "") | {"id": str(uuid4())}).encode()
        await connection.execute("UPDATE dead_letter SET envelope = $1 WHERE id = $2", envelope, row["id"])
    await connection.execute("UPDATE dead_letter SET envelope = 'x' WHERE id = (SELECT id FROM dead_letter LIMIT 1)")
    await connection.close()
    return url


def said(*words: str) -> str:
    command = [sys.executable, "-m", "kefu_local", "dead-letters", *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_a_listener_s_letters_are_replayed_together(letters: str) -> None:
    assert "205 dead letters, of which the oldest 200 are shown" in said("list", "--database-url", letters)
    told = said("replay-all", "--listener", "mended", "--database-url", letters)
    assert told.strip() == "database tries 204 again now; 1 cannot be replayed."
    assert "1 dead letters.\n" in said("list", "--database-url", letters)
    assert said("replay-all", "--listener", "another", "--database-url", letters) == ""
