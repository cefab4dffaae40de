"""An endpoint is one call: at most five lines, no decisions, no SQL."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Sources = Callable[[Path], list[Path]]
MOST_LINES = 5
METHODS = {"get", "post", "put", "patch", "delete"}
DECISIONS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.Match)


def endpoints(tree: ast.AST) -> Iterator[ast.AsyncFunctionDef]:
    """The functions that routers call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.AsyncFunctionDef):
            calls = (one.func for one in node.decorator_list if isinstance(one, ast.Call))
            if any(isinstance(call, ast.Attribute) and call.attr in METHODS for call in calls):
                yield node


def too_much(text: str) -> Iterator[str]:
    """What stands in an `api.py` that belongs into an operation or a rule."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if any(name.split(".")[0] == "sqlalchemy" for name in names):
            yield "imports sqlalchemy"
    for endpoint in endpoints(tree):
        body = endpoint.body[1:] if ast.get_docstring(endpoint) else endpoint.body
        lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
        if lines > MOST_LINES:
            yield f"{endpoint.name} has {lines} lines"
        if any(isinstance(node, DECISIONS) for statement in body for node in ast.walk(statement)):
            yield f"{endpoint.name} decides"


def test_every_endpoint_is_one_call(repository: Path, sources: Sources) -> None:
    doors = [path for path in sources(repository) if path.name == "api.py"]
    assert len(doors) > 10
    found = {path.as_posix(): list(too_much((repository / path).read_text())) for path in doors}
    assert {path: lines for path, lines in found.items() if lines} == {}


ROUTE = '@router.get("")\nasync def read(db):\n    """Words."""\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ROUTE + "    return await read_all(db)\n", []),
        (ROUTE + "    if db:\n        return 1\n", ["read decides"]),
        (ROUTE + "    a = 1\n" * 5 + "    return a\n", ["read has 6 lines"]),
        ("import sqlalchemy as sa\n", ["imports sqlalchemy"]),
        ("def f():\n    from sqlalchemy import select\n", ["imports sqlalchemy"]),
        ("async def no_endpoint(a):\n    if a:\n        return 1\n", []),
    ],
)
def test_planted_work_in_an_endpoint_is_found(text: str, said: list[str]) -> None:
    assert list(too_much(text)) == said
