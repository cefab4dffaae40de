"""Every command, option and metric that a runbook names exists in the code."""

import importlib
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from prometheus_client import REGISTRY

from common import telemetry
from common.plumbing import metadata
from kefu_local.backup.last import METRICS
from kefu_local.commands import app
from kefu_local.place import ROOT
from kefu_local.plan import MEMBERS, module_of

RUNBOOKS = sorted((ROOT / "docs" / "runbooks").glob("*.md"))
PARTS = ("What it means.", "Look first.", "Do.", "Escalate")
_SUFFIXES = {"counter": ["_total"], "histogram": ["", "_bucket", "_sum", "_count"]}


@pytest.fixture(scope="session")
def words() -> set[str]:
    """What a word with underscores may be: a metric of any process, or a table that every service has."""
    assert telemetry.log
    for member in MEMBERS:
        importlib.import_module(f"{module_of(member)}.made_of")
    families = [(one.name, suffix) for one in REGISTRY.collect() for suffix in _SUFFIXES.get(one.type, [""])]
    return {name + suffix for name, suffix in families} | set(METRICS) | set(metadata.tables)


def quoted(text: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", text)


def unknown_commands(text: str) -> Iterator[str]:
    """Commands that `kefu` does not have, and options that they do not take."""
    for said in quoted(text):
        if said.startswith(("kefu ", "./kefu ")):
            yield from _unknown(shlex.split(said.replace("…", "x"))[1:], said)


def _unknown(words: list[str], said: str) -> Iterator[str]:
    command = typer.main.get_command(app)
    while hasattr(command, "get_command") and words and not words[0].startswith("-"):
        found = command.get_command(typer.Context(command), words[0])
        if found is None:
            yield said
            return
        command, words = found, words[1:]
    options = {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
    if any(word.startswith("-") and word not in options for word in words):
        yield said


def unknown_words(text: str, words: set[str]) -> list[str]:
    """Metrics that no process has."""
    return [one for one in quoted(text) if re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", one) and one not in words]


@pytest.mark.parametrize("path", RUNBOOKS, ids=lambda path: path.stem)
def test_what_a_runbook_names_is_there(path: Path, words: set[str]) -> None:
    text = path.read_text()
    assert list(unknown_commands(text)) == []
    assert unknown_words(text, words) == []
    assert [part for part in PARTS if f"**{part}" not in text and path.name != "README.md"] == []
    targets = re.findall(r"\]\(([a-z-]+\.md)\)", text)
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_every_page_is_in_the_list_and_says_commands() -> None:
    listed = set(re.findall(r"\]\(([a-z-]+\.md)\)", (ROOT / "docs" / "runbooks" / "README.md").read_text()))
    assert listed == {path.name for path in RUNBOOKS} - {"README.md"}
    assert len(listed) >= 10


def test_planted_mistakes_are_found(words: set[str]) -> None:
    text = (
        "`kefu statuz` `kefu dead-letters lizt` `kefu backup --inot X` `kefu status` `outbox_oldest_secondz` `outbox`"
    )
    assert list(unknown_commands(text)) == ["kefu statuz", "kefu dead-letters lizt", "kefu backup --inot X"]
    assert unknown_words(text, words) == ["outbox_oldest_secondz"]
