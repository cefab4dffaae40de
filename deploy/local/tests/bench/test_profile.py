"""Samples of where the CPU goes, and what they say."""

import json
from pathlib import Path

from kefu_local.bench.profile import library, read_profiles, shares


def test_shares_are_percent_by_library_and_function(tmp_path: Path) -> None:
    samples = {"samples": 4, "at_top": {"/x/site-packages/asyncpg/pool.py:f": 3, "/y/common/db.py:g": 1}, "within": {}}
    (tmp_path / "kb-svc.json").write_text(json.dumps(samples))
    found = read_profiles(tmp_path)["kb-svc"]
    assert found == shares(samples)
    assert found["libraries"] == {"asyncpg": 75.0, "common": 25.0}
    assert found["at_top"] == {"asyncpg/pool.py:f": 75.0, "common/db.py:g": 25.0}


def test_a_function_belongs_to_its_library() -> None:
    assert library("/v/site-packages/sqlalchemy/engine/base.py:execute") == "sqlalchemy"
    assert library("/r/services/ticket-svc/ticket_svc/tickets/open.py:open_ticket") == "service"
    assert library("/usr/lib/python3.11/asyncio/tasks.py:wait") == "python"
