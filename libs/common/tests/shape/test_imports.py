"""The walls of `lint-imports` (root pyproject): they stand, and each is seen to break when its violation is planted."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Sources = Callable[[Path], list[Path]]
BROKEN = re.compile(r"^(.+) BROKEN\b", re.MULTILINE)
KEPT = re.compile(r"^(.+) KEPT\b", re.MULTILINE)


def verdicts(tree: Path) -> tuple[set[str], set[str]]:
    """The contracts that are kept and those that are broken, by `lint-imports` on the packages in `tree`."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    env = {**os.environ, "PYTHONPATH": str(tree), "NO_COLOR": "1", "COLUMNS": "200"}
    done = subprocess.run(command, cwd=tree, env=env, capture_output=True, text=True, check=False)
    said = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)
    kept, broken = set(KEPT.findall(said)), set(BROKEN.findall(said))
    assert kept or broken, done.stdout + done.stderr
    assert (done.returncode == 0) == (not broken)
    return kept, broken


@pytest.fixture(scope="module")
def tree(repository: Path, sources: Sources, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of every package, side by side, with the contracts."""
    root = tmp_path_factory.mktemp("walls")
    for path in sources(repository):
        # libs/common/common/db.py -> common/db.py; gateway/gateway/door.py -> gateway/door.py
        parts = path.parts[1:] if path.parts[0] == "gateway" else path.parts[2:]
        (root / Path(*parts)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(repository / path, root / Path(*parts))
    shutil.copy(repository / "pyproject.toml", root)
    return root


@pytest.fixture
def planted(tree: Path) -> Iterator[Callable[[str, str], None]]:
    """Plants a line at the end of a file, and takes it out again."""
    before: dict[Path, str] = {}

    def plant(name: str, line: str) -> None:
        path = tree / name
        before[path] = path.read_text()
        path.write_text(f"{before[path]}\n{line}\n")

    yield plant
    for path, text in before.items():
        path.write_text(text)


def test_all_walls_stand(tree: Path) -> None:
    kept, broken = verdicts(tree)
    assert (len(kept), broken) == (8, set())


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("feedback_svc/surveys/plan.py", "import kb_svc.schema", "services are strangers"),
        ("gateway/people/read.py", "from ticket_svc import schema", "services are strangers"),
        ("common/clock.py", "import kb_svc.schema", "common knows no service"),
        ("feedback_svc/listens.py", "import feedback_svc.app", "doors in order"),
        ("feedback_svc/surveys/plan.py", "import feedback_svc.listens", "rooms form no circle"),
        ("feedback_svc/recoveries/low.py", "import feedback_svc.surveys.schedule", "rooms form no circle"),
        ("feedback_svc/surveys/tables.py", "import feedback_svc.surveys.schemas", "inside a room"),
        ("feedback_svc/metrics/read.py", "import feedback_svc.recoveries.api", "only app imports api"),
        ("feedback_svc/surveys/send.py", "import aiokafka", "only common.bus speaks Kafka"),
        ("feedback_svc/surveys/accept.py", "import sqlalchemy", "decisions are pure"),
        ("feedback_svc/surveys/accept.py", "import feedback_svc.surveys.tables", "decisions are pure"),
        ("feedback_svc/surveys/course.py", "import common.outbox", "decisions are pure"),
    ],
)
def test_a_planted_violation_breaks_the_wall_meant_for_it(
    tree: Path, planted: Callable[[str, str], None], file: str, line: str, contract: str
) -> None:
    planted(file, line)
    assert contract in verdicts(tree)[1]
