"""`kefu outbox status`: what waits, by service and topic."""

import json
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from common.testing.plugin import FreshDatabase

_SAID = """
INSERT INTO outbox (event_id, topic, aggregate_id, version, shard, envelope, created_at, published_at)
SELECT gen_random_uuid(), topic, gen_random_uuid(), 1, 0, 'x', now() - age::interval, sent::timestamptz FROM
(VALUES ('kefu.kb', '90 s', NULL), ('kefu.kb', '10 s', NULL), ('kefu.ticket', '5 s', NULL), ('kefu.kb', '1 h', 'now'))
AS said(topic, age, sent)
"""
_TIMED = """
INSERT INTO timer (id, kind, subject_id, due_at, wake_at, payload)
SELECT gen_random_uuid(), 'x', gen_random_uuid(), now() - age, now(), '{}' FROM
unnest(ARRAY['1 min'::interval, '-1 h'::interval]) age
"""


@pytest.mark.asyncio
async def test_what_waits_is_told_by_topic(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    url = await fresh_database("common")
    connection = await asyncpg.connect(url)
    await connection.execute(_SAID)
    await connection.execute(_TIMED)
    await connection.close()
    words = [sys.executable, "-m", "kefu_local", "outbox", "status", "--service", "kb", "--data", str(tmp_path)]
    told = json.loads(_run(*words, "--json", "--database-url", url))["kb"]
    assert told["unpublished"] == 3
    assert {topic: one["unpublished"] for topic, one in told["topics"].items()} == {"kefu.kb": 2, "kefu.ticket": 1}
    assert 90 <= told["oldest_seconds"] < 120
    assert (told["parked"], told["dead_letters"], told["timers_overdue"]) == (0, 0, 1)
    assert 60 <= told["timers_late_seconds"] < 90
    table = _run(*words, "--database-url", url)
    assert [line.split()[:2] for line in table.splitlines()[1:]] == [
        ["kb", "all"],
        ["kefu.kb", "2"],
        ["kefu.ticket", "1"],
    ]


def _run(*words: str) -> str:
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout
