"""Every version of a schema that was ever committed may be followed by today's: also where `publish` was not used."""

import json
import os
import subprocess
from pathlib import Path

from common.contracts import publish
from common.contracts.compatible import breaks


def git(folder: Path, *arguments: str) -> str:
    """What git says. Reads only, but for the repositories that tests make."""
    # Inside a git hook the environment names the hook's repository, and that is not the one meant here.
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(["git", *arguments], cwd=folder, env=env, capture_output=True, text=True, check=False)
    return done.stdout


def committed(folder: Path) -> list[tuple[str, str]]:
    """Every version (file name, text) that was ever committed of the schemas in `folder`."""
    log = git(folder, "log", "--format=", "--raw", "--no-abbrev", "--no-renames", "--", "schemas")
    versions = {(line.split("\t")[1].rsplit("/", 1)[-1], line.split()[3]) for line in log.splitlines()}
    there = sorted((name, blob) for name, blob in versions if set(blob) != {"0"})
    return [(name, git(folder, "cat-file", "blob", blob)) for name, blob in there]


def broken_since(folder: Path) -> list[str]:
    """What in today's schemas breaks one that was committed."""
    found = []
    for name, text in committed(folder):
        today = folder / "schemas" / name
        if not today.exists():
            found.append(f"{name}: the event is gone")
            continue
        found += [f"{name} {line}" for line in breaks(json.loads(text), json.loads(today.read_text()))]
    return found


def test_todays_schemas_break_none_that_was_ever_committed() -> None:
    assert broken_since(publish.HERE) == []


def test_a_break_that_was_committed_by_hand_is_noticed(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    publish.publish(tmp_path, publish.files(publish.events()))
    who = ("-c", "user.name=test", "-c", "user.email=test@example.invalid", "-c", "commit.gpgsign=false")
    for round_ in range(2):
        git(tmp_path, "add", ".")
        git(tmp_path, *who, "commit", "-q", "--no-verify", "-m", f"round {round_}")
        if round_ == 0:
            assert broken_since(tmp_path) == []
            path = tmp_path / "schemas/ticket.assigned.v1.json"
            schema = json.loads(path.read_text())
            schema["properties"]["by"]["enum"].remove("person")
            path.write_text(json.dumps(schema))
            (tmp_path / "schemas/ticket.noted.v1.json").unlink()
    assert broken_since(tmp_path) == [
        "ticket.assigned.v1.json /by: no longer allowed: 'person'",
        "ticket.noted.v1.json: the event is gone",
    ]
