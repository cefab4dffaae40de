"""Whether a migration only adds: old code runs on the new schema while pods are replaced. Read from its source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

_TAKES_AWAY = {"drop_table", "drop_column", "rename_table"}
_TIGHTENS = {"create_check_constraint", "create_unique_constraint", "create_exclude_constraint"}
_SQL = re.compile(
    r"\b(DROP\s+(TABLE|COLUMN|SCHEMA|TYPE)|RENAME\s+(TO|COLUMN)|SET\s+NOT\s+NULL|TRUNCATE|"
    r"ALTER\s+(COLUMN\s+)?\w+\s+(SET\s+DATA\s+)?TYPE)\b",
    re.IGNORECASE,
)


def mistakes(source: str) -> list[str]:
    """What the `upgrade` of this migration takes away from code that runs, or refuses of it: one line each."""
    upgrade = [
        node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and node.name != "downgrade"
    ]
    made = {_first_word(call) for function in upgrade for call in _operations(function, "create_table")}
    # What old code never writes it cannot write wrongly: a condition on nothing but a column of this migration.
    made |= {_column(call) for function in upgrade for call in _operations(function, "add_column")}
    return [line for function in upgrade for line in _of(function, made)]


def _of(function: ast.FunctionDef, made: set[str]) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and (found := _SQL.search(node.value)):
            yield f"line {node.lineno}: {found[0]}"
    for call in _operations(function):
        name = call.func.attr  # type: ignore[attr-defined]  # _operations yields no others
        told = {one.arg or "": one.value for one in call.keywords}
        for words in (*_taken_away(name, told), *_tightened(name, call, told, made)):
            yield f"line {call.lineno}: {words}"


def _taken_away(name: str, told: dict[str, ast.expr]) -> Iterator[str]:
    if name in _TAKES_AWAY:
        yield name
    if name == "alter_column":
        yield from (f"alter_column with {word}" for word in told.keys() & {"new_column_name", "type_"})
        if _is(told.get("server_default"), value=None):
            yield "alter_column without its default"


def _tightened(name: str, call: ast.Call, told: dict[str, ast.expr], made: set[str]) -> Iterator[str]:
    if name == "alter_column" and _is(told.get("nullable"), value=False):
        yield "alter_column to NOT NULL"
    if name == "add_column" and _refuses_old_rows(call):
        yield "add_column NOT NULL without a default"
    old = len(call.args) > 1 and _text(call.args[1]) not in made
    if name in _TIGHTENS and old and not _on_one_new_column(name, call, made):
        yield f"{name} on a table that old code writes"
    if name == "create_index" and old and _is(told.get("unique"), value=True):
        yield "a unique index on a table that old code writes"


def _on_one_new_column(name: str, call: ast.Call, made: set[str]) -> bool:
    if name != "create_check_constraint" or len(call.args) < 3:
        return False
    # Words of a condition, less what stands in quotes: the column's own name and SQL's.
    words = set(re.findall(r"[a-z_]+", re.sub(r"'[^']*'", "", _text(call.args[2]))))
    return len(words) == 1 and f"{_text(call.args[1])}.{min(words)}" in made


def _column(call: ast.Call) -> str:
    column = call.args[1]
    name = _text(column.args[0]) if isinstance(column, ast.Call) and column.args else ""
    return f"{_first_word(call)}.{name}"


def _refuses_old_rows(call: ast.Call) -> bool:
    column = call.args[1]
    if not isinstance(column, ast.Call):
        return False
    said = {one.arg: one.value for one in column.keywords}
    filled = "server_default" in said or any(
        isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr in ("Computed", "Identity")
        for one in column.args
    )
    return _is(said.get("nullable"), value=False) and not filled


def _operations(function: ast.FunctionDef, name: str = "") -> Iterator[ast.Call]:
    for node in ast.walk(function):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        owner = node.func.value
        if isinstance(owner, ast.Name) and owner.id == "op" and name in ("", node.func.attr):
            yield node


def _first_word(call: ast.Call) -> str:
    return _text(call.args[0]) if call.args else ""


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _is(node: ast.expr | None, *, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value
