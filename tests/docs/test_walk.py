"""docs/walk.md is true: its files exist, and the walk is short."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def steps(text: str) -> list[str]:
    return re.findall(r"^\d+\. `([^`]+)`", text, flags=re.MULTILINE)


def missing(text: str) -> list[str]:
    """The files that the page names and that do not exist."""
    return [path for path in re.findall(r"`([\w./-]+\.py)`", text) if not (ROOT / path).is_file()]


def test_every_file_of_the_walk_exists_and_there_are_at_most_twelve() -> None:
    text = (ROOT / "docs" / "walk.md").read_text(encoding="utf-8")
    assert missing(text) == []
    assert 8 <= len(steps(text)) <= 12
    assert len(steps(text)) == len(set(steps(text)))


def test_a_file_that_is_gone_is_noticed() -> None:
    assert missing("1. `gateway/gateway/no_such_door.py`: planted") == ["gateway/gateway/no_such_door.py"]


def test_each_step_begins_with_a_word_of_what_stands_in_the_file() -> None:
    """The walk goes through code, not through folders: each file says in its first line what it is."""
    for path in steps((ROOT / "docs" / "walk.md").read_text(encoding="utf-8")):
        assert (ROOT / path).read_text(encoding="utf-8").startswith('"""'), path
