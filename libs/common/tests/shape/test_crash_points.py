"""Every crash point of the table stands in the source exactly once, and no other does."""

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from common.crash import POINTS

Sources = Callable[[Path], list[Path]]


def points_in(text: str) -> Iterator[str]:
    """The names of the crash points that a source passes; of a name that is computed, the code that computes it."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "crash_point":
            name = node.args[0]
            yield str(name.value) if isinstance(name, ast.Constant) else ast.unparse(name)


def test_every_point_of_the_table_is_passed_at_one_place(repository: Path, sources: Sources) -> None:
    passed = Counter(name for path in sources(repository) for name in points_in((repository / path).read_text()))
    assert passed == Counter(list(POINTS))


def test_a_planted_point_is_found() -> None:
    assert list(points_in("crash_point('a')\nasync def f(x):\n    crash_point(x.y)\n    crash_pointer('b')\n")) == [
        "a",
        "x.y",
    ]
