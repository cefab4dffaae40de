"""Files and rooms are named after the domain, never after a pattern."""

from collections.abc import Callable
from pathlib import Path

import pytest

Sources = Callable[[Path], list[Path]]
PATTERNS = {
    word + ending
    for word in ("service", "repository", "handler", "manager", "util", "helper", "controller")
    for ending in ("", "s")
} | {"repositories"}
MOST_ROOMS = {"ticket_svc": 24}
"""Five elsewhere: docs/decisions/0025."""


def named_after_a_pattern(files: list[Path]) -> list[str]:
    """The files whose own name, or a room's on the way to it, is a pattern word."""
    # The first two or three parts are the workspace's (services/ticket-svc/ticket_svc).
    found = (path for path in files if PATTERNS & {path.stem.strip("_"), *path.parts[2:-1]})
    return [path.as_posix() for path in found]


def rooms(files: list[Path]) -> dict[str, set[str]]:
    """The rooms of every service, by its package; the migrations are none."""
    found: dict[str, set[str]] = {}
    for path in files:
        if path.parts[0] == "services" and len(path.parts) > 4 and path.parts[3] != "migrations":
            found.setdefault(path.parts[2], set()).add(path.parts[3])
    return found


def too_many(found: dict[str, set[str]]) -> dict[str, set[str]]:
    """The services with more rooms than a reader can keep apart."""
    return {package: names for package, names in found.items() if len(names) > MOST_ROOMS.get(package, 5)}


def test_no_file_is_named_after_a_pattern(repository: Path, sources: Sources) -> None:
    assert named_after_a_pattern(sources(repository)) == []


@pytest.mark.parametrize(
    "name", ["service.py", "services.py", "repository.py", "handlers.py", "utils.py", "helpers/text.py", "_utils.py"]
)
def test_a_planted_pattern_word_is_found(tmp_path: Path, sources: Sources, name: str) -> None:
    path = tmp_path / "services/kb-svc/kb_svc/articles" / name
    path.parent.mkdir(parents=True)
    path.write_text("")
    assert named_after_a_pattern(sources(tmp_path)) == [f"services/kb-svc/kb_svc/articles/{name}"]


def test_a_service_has_few_rooms(repository: Path, sources: Sources) -> None:
    found = rooms(sources(repository))
    assert len(found) == 4
    assert too_many(found) == {}


def test_a_sixth_room_would_be_counted(tmp_path: Path, sources: Sources) -> None:
    for package, count in (("kb_svc", 6), ("routing_svc", 5), ("ticket_svc", 25)):
        for number in range(count):
            path = tmp_path / f"services/{package.replace('_', '-')}/{package}/room{number}/read.py"
            path.parent.mkdir(parents=True)
            path.write_text("")
    assert too_many(rooms(sources(tmp_path))).keys() == {"kb_svc", "ticket_svc"}
