"""Files and rooms are named after the domain, never after a pattern."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

Sources = Callable[[Path], list[Path]]
PATTERNS = {
    word + ending
    for word in ("service", "repository", "handler", "manager", "util", "helper", "controller")
    for ending in ("", "s")
} | {"repositories"}
MOST_ROOMS, MOST_ON_A_FLOOR = 5, 7
"""Rooms of a service without floors, and of a floor in the README of one that has them: docs/decisions/0032."""


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


def floors(readme: str) -> list[list[str]]:
    """The rooms of each floor, as the table of a service's README has them; none without such a table."""
    table = readme.partition("| floor | rooms |\n|---|---|\n")[2].partition("\n\n")[0]
    return [re.findall(r"`(\w+)`", line.split("|")[2]) for line in table.splitlines()]


def too_many(repository: Path, found: dict[str, set[str]]) -> dict[str, str]:
    """The services with more rooms than a reader can keep apart, or whose floors are not their rooms."""
    faults = {}
    for package, names in found.items():
        readme = repository / "services" / package.replace("_", "-") / "README.md"
        plan = floors(readme.read_text()) if readme.exists() else []
        if not plan and len(names) > MOST_ROOMS:
            faults[package] = f"{len(names)} rooms without floors"
        elif plan and sorted(room for floor in plan for room in floor) != sorted(names):
            faults[package] = "the floors are not the rooms"
        elif any(len(floor) > MOST_ON_A_FLOOR for floor in plan):
            faults[package] = "a floor with too many rooms"
    return faults


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
    assert too_many(repository, found) == {}


def test_a_sixth_room_would_be_counted(tmp_path: Path, sources: Sources) -> None:
    for package, count in (("kb_svc", 6), ("routing_svc", 5)):
        build(tmp_path, package, count)
    assert too_many(tmp_path, rooms(sources(tmp_path))) == {"kb_svc": "6 rooms without floors"}


@pytest.mark.parametrize(
    ("plan", "fault"),
    [
        ([4, 4], None),
        ([8], "a floor with too many rooms"),
        ([4, 3], "the floors are not the rooms"),
        ([4, 5], "the floors are not the rooms"),
    ],
)
def test_floors_hold_every_room_and_few_each(
    tmp_path: Path, sources: Sources, plan: list[int], fault: str | None
) -> None:
    build(tmp_path, "ticket_svc", 8)
    numbers = iter(range(sum(plan)))
    lines = [f"| floor | {', '.join(f'`room{next(numbers)}`' for _ in range(count))} |" for count in plan]
    table = "\n".join(["| floor | rooms |", "|---|---|", *lines])
    (tmp_path / "services/ticket-svc/README.md").write_text(f"{table}\n\nmore\n")
    assert too_many(tmp_path, rooms(sources(tmp_path))).get("ticket_svc") == fault


def build(repository: Path, package: str, count: int) -> None:
    """A service with so many rooms."""
    for number in range(count):
        path = repository / f"services/{package.replace('_', '-')}/{package}/room{number}/read.py"
        path.parent.mkdir(parents=True)
        path.write_text("")
