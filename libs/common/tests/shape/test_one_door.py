"""What may stand in one file only: the commit, and the broker's client."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Sources = Callable[[Path], list[Path]]
COMMITS = "libs/common/common/db.py"
KAFKA = "libs/common/common/bus/kafka_client.py"
# The adapters commit offsets, and the embedded bus writes a log in a database of its own: no service's transaction.
THE_BUS = "libs/common/common/bus/"


def ends_a_transaction(node: ast.AST) -> bool:
    """Whether the node commits a database transaction: by name, by a block that commits, or in SQL."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        # `engine.begin()` is a block that commits at its end; a begin that is given something is a word of the domain.
        is_block = node.func.attr == "begin" and not node.args
        return is_block or node.func.attr == "commit"
    text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
    return text.strip().rstrip(";").upper() in ("COMMIT", "AUTOCOMMIT")


def imports_kafka(node: ast.AST) -> bool:
    """Whether the node imports the broker's client."""
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
    if isinstance(node, ast.ImportFrom) and node.module:
        names = [node.module]
    return any(name.split(".")[0] == "aiokafka" for name in names)


def files_with(what: Callable[[ast.AST], bool], root: Path, files: list[Path]) -> Iterator[str]:
    """The files that have such a node."""
    for path in files:
        if any(what(node) for node in ast.walk(ast.parse((root / path).read_text()))):
            yield path.as_posix()


def commits(root: Path, files: list[Path]) -> list[str]:
    """The files that commit."""
    return [path for path in files_with(ends_a_transaction, root, files) if not path.startswith(THE_BUS)]


def test_one_file_commits(repository: Path, sources: Sources) -> None:
    assert commits(repository, sources(repository)) == [COMMITS]


def test_one_file_imports_the_brokers_client(repository: Path, sources: Sources) -> None:
    assert list(files_with(imports_kafka, repository, sources(repository))) == [KAFKA]


def plant(root: Path, text: str) -> None:
    """A file with a violation in an otherwise empty tree."""
    path = root / "services/kb-svc/kb_svc/articles/publish.py"
    path.parent.mkdir(parents=True)
    path.write_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "async def publish(db):\n    await db.commit()\n",
        "async def publish(db):\n    await db.connection.commit()\n",
        "async def publish(consumer):\n    await consumer.commit()\n",
        "async def publish(engine):\n    async with engine.begin() as db:\n        pass\n",
        "async def publish(db):\n    await db.exec_driver_sql('commit;')\n",
        "def publish(engine):\n    return engine.execution_options(isolation_level='AUTOCOMMIT')\n",
    ],
)
def test_a_planted_commit_is_found(tmp_path: Path, sources: Sources, text: str) -> None:
    plant(tmp_path, text)
    assert commits(tmp_path, sources(tmp_path)) == ["services/kb-svc/kb_svc/articles/publish.py"]


@pytest.mark.parametrize("text", ["import aiokafka\n", "def f():\n    from aiokafka.admin import NewTopic\n"])
def test_a_planted_import_of_the_client_is_found(tmp_path: Path, sources: Sources, text: str) -> None:
    plant(tmp_path, text)
    found = list(files_with(imports_kafka, tmp_path, sources(tmp_path)))
    assert found == ["services/kb-svc/kb_svc/articles/publish.py"]


@pytest.mark.parametrize(
    "text",
    [
        "async def f(consumer):\n    await consumer.acknowledge()\n",
        "# db.commit() is for others\n",
        "import kafkaesque\n",
        "shift.begin(db)\n",
    ],
)
def test_what_only_looks_like_it_is_left_alone(tmp_path: Path, sources: Sources, text: str) -> None:
    plant(tmp_path, text)
    assert commits(tmp_path, sources(tmp_path)) == []
    assert list(files_with(imports_kafka, tmp_path, sources(tmp_path))) == []
