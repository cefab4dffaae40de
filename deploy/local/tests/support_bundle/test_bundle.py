"""Secrets, addresses, numbers and texts are planted wherever the bundle looks, and none of them is in it."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import asyncpg
import pytest_asyncio

from common.testing.plugin import FreshDatabase
from kefu_local.plan import DATABASES
from kefu_local.support_bundle.log_lines import harmless
from kefu_local.support_bundle.told import sentence, settings, without

MAIL, PHONE, WORDS, SECRET = (
    "wang.fang@example.com",
    "+86 138 0013 8000",
    "退款到哪里了 my refund",
    "hush-hush-0123456789",
)
PLANTED = (MAIL, PHONE, "13800138000", "退款", "refund", SECRET, "wang", "example.com")
ERROR = f"IntegrityError('Key (email)=({MAIL}) exists: {WORDS}')"

RAISED = f"""  File "/home/wang/x/ticket_svc/app.py", line 7, in open
    raise Refusal('{WORDS}')
KeyError: '{MAIL}'"""

LINES = [
    json.dumps({"ts": "2026-11-23T08:00:00.1Z", "level": "warning", "event": "effect.failed", "service": "ticket-svc",
                "trace_id": "0af7651916cd43dd8448eb211c80319c", "listener": "ticket.opened", "error": ERROR}),
    json.dumps({"level": "error", "event": f"worker.loop_failed: {WORDS} {MAIL}", "service": SECRET, "listener": PHONE,
                "status": PHONE, "trace_id": MAIL, "customer": MAIL, "exception": RAISED}),
    f"Traceback: {WORDS}", f"ValueError: {MAIL} {PHONE}", '  File "/home/wang/kefu/common/db.py", line 12, in run',
    json.dumps([MAIL]), json.dumps({"event": MAIL}), "{" + MAIL,
]  # fmt: skip
"""What a log could hold at its worst."""


def planted_in(text: str) -> list[str]:
    return [one for one in PLANTED if one in text]


def test_of_a_log_line_only_what_is_known_to_be_harmless_is_told() -> None:
    told = list(harmless(LINES))
    assert planted_in("\n".join(told)) == []
    first, second = json.loads(told[0]), json.loads(told[1])
    assert (first["event"], first["error"], first["listener"]) == ("effect.failed", "IntegrityError", "ticket.opened")
    assert second == {
        "level": "error", "event": "worker.loop_failed", "exception": ["ticket_svc/app.py:7 open", "KeyError"]
    }  # fmt: skip
    assert told[2:] == ["ValueError", "common/db.py:12 run", "(4 lines left out)"]


def test_a_setting_is_told_only_where_its_value_is_plain_and_its_name_known() -> None:
    given = {
        "KEFU_LOG_LEVEL": "DEBUG",
        "KEFU_DATABASE_POOL": "6",
        "KEFU_PIN": "123456",
        "KEFU_BUS": SECRET,
        "HOME": MAIL,
    }
    assert settings(given, ["KEFU_LOG_LEVEL", "KEFU_DATABASE_POOL", "KEFU_BUS"]) == {
        "KEFU_LOG_LEVEL": "DEBUG", "KEFU_DATABASE_POOL": "6", "KEFU_PIN": "(set)", "KEFU_BUS": "(set)",
    }  # fmt: skip


def test_of_a_sentence_what_was_put_into_it_is_left_out() -> None:
    said = sentence(f"'{SECRET}' at /home/wang/x has 1.5 GB free; call {PHONE} or {MAIL}; postgresql://a:{SECRET}@b/c")
    assert planted_in(said) == []
    assert "has 1.5 GB free" in said
    assert without(f"x{SECRET}y", [SECRET]) == "x(secret)y"


@pytest_asyncio.fixture
async def database(fresh_database: FreshDatabase) -> str:
    """A database with a customer's words, and a dead letter whose error repeats them."""
    url = await fresh_database("common", "CREATE TABLE message (text text)")
    connection = await asyncpg.connect(url)
    await connection.execute("INSERT INTO message VALUES ($1)", WORDS)
    letter = "INSERT INTO dead_letter (id, listener, key, topic, envelope, attempts, error, died_at)"
    await connection.execute(
        f"{letter} VALUES (gen_random_uuid(), 'ticket.opened', $1, 'kefu.ticket', $2, 8, $3, now())",
        MAIL, WORDS.encode(), ERROR,
    )  # fmt: skip
    await connection.close()
    return url


def test_nothing_planted_anywhere_is_in_the_bundle(database: str, tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "ticket.log").write_text("\n".join(LINES))
    (tmp_path / "keys.json").write_text(json.dumps({"signing": {"ticket": SECRET}}))
    (tmp_path / "logins.json").write_text(json.dumps({"admin": {"email": MAIL, "password": SECRET}}))
    (tmp_path / "addresses.json").write_text(json.dumps(dict.fromkeys(DATABASES, database)))
    secrets = {
        "KEFU_SIGNING_SECRET": SECRET,
        "KEFU_BUS": SECRET,
        "KEFU_PUBLIC_URL": MAIL,
        "FEEDBACK_SURVEY_EVERY_DAYS": WORDS,
    }
    into = tmp_path / "bundle.zip"
    words = [sys.executable, "-m", "kefu_local", "support-bundle", "--into", into, "--data", tmp_path]
    done = subprocess.run(
        [*words, "--databases", tmp_path / "addresses.json"], env={**os.environ, **secrets}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert into.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(into) as bundle:
        files = {name: bundle.read(name).decode() for name in bundle.namelist()}
    assert {name: planted_in(text) for name, text in files.items() if planted_in(text)} == {}
    assert database not in "".join(files.values())
    assert json.loads(files["failed.json"])["ticket"]["dead"] == {"ticket.opened IntegrityError": 1}
    assert json.loads(files["waiting.json"])["ticket"]["dead_letters"] == 1
    assert json.loads(files["schema.json"])["ticket"]["common"]["at"]
    assert any(one["name"] == "message" for one in json.loads(files["tables.json"])["ticket"])
    assert set(files) >= {
        "versions.json",
        "host.json",
        "settings.json",
        "doctor.json",
        "backup.json",
        "logs/ticket.log",
    }
