"""`kefu gen-secrets`: what is drawn is taken by the settings, differs each time, and overwrites nothing."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from common.http.identity import Mint, Verifier
from kefu_local.drawn.command import write_once
from kefu_local.drawn.secrets import as_env, as_manifests, by_secret, draw
from kefu_local.plan import MEMBERS
from kefu_local.refused import Refused


def test_the_key_pair_belongs_together_and_each_draw_is_another() -> None:
    first, second = draw("admin@example.com"), draw("admin@example.com")
    Mint(first.private)
    Verifier(first.public)
    assert first.private != second.private
    drawn = [*first.signing.values(), *first.passwords.values(), first.postgres, first.admin[1]]
    assert len(set(drawn)) == len(drawn) == 2 * len(MEMBERS) + 2, "no two are the same"
    assert all(len(secret) >= 32 for secret in first.signing.values())


def test_a_shell_reads_the_env_file_with_the_keys_in_full(tmp_path: Path) -> None:
    drawn = draw("admin@example.com")
    write_once(tmp_path / "kefu.env", as_env(drawn))
    script = 'set -eu; . ./kefu.env; printf %s "$KEFU_IDENTITY_PRIVATE_KEY|$TICKET_SIGNING_SECRET"'
    said = subprocess.run(["sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert said == f"{drawn.private.strip()}|{drawn.signing['ticket']}"


def test_the_secrets_are_yaml_and_hold_what_was_drawn() -> None:
    drawn = draw("admin@example.com")
    table = by_secret(drawn, bus="kafka://kafka:9092", database_host="db.example:5433")
    documents = list(yaml.safe_load_all(as_manifests(table, "kefu")))
    assert {one["metadata"]["name"]: one["stringData"] for one in documents} == table
    assert {one["metadata"]["namespace"] for one in documents} == {"kefu"}
    url = table["ticket-svc"]["KEFU_DATABASE_URL"]
    assert url == f"postgresql://ticket:{drawn.passwords['ticket']}@db.example:5433/ticket"


def test_a_file_is_for_its_owner_alone_and_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "kefu.env"
    write_once(path, "first\n")
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(Refused, match="exists already"):
        write_once(path, "second\n")
    assert path.read_text() == "first\n"


def test_a_link_is_not_followed_either(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused):
        write_once(tmp_path / "link", "secret\n")
    assert not (tmp_path / "elsewhere").exists()


def test_the_command_writes_secrets_to_stdout_and_an_env_file_once(tmp_path: Path) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-P", "-m", "kefu_local", "gen-secrets", *words]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)

    secrets = run("--as", "kubernetes", "--namespace", "desk")
    assert {one["metadata"]["namespace"] for one in yaml.safe_load_all(secrets.stdout)} == {"desk"}
    assert list(tmp_path.iterdir()) == [], "nothing is kept"
    assert run().returncode == 0
    again = run()
    assert (again.returncode, again.stderr.count("\n")) == (2, 1)
