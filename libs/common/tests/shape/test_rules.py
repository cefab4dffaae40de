"""The list of pure decisions in the root pyproject is the catalogue of the product's rules: complete, and true."""

import tomllib
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path

import grimp
import pytest

Sources = Callable[[Path], list[Path]]
FIVE = ("ticket_svc", "routing_svc", "kb_svc", "feedback_svc", "gateway")
# Furniture decides nothing: shapes, tables, routes, catalogues of words.
FURNITURE = {"schemas", "tables", "api", "messages"}


def catalogue(repository: Path) -> dict[str, list[str]]:
    """The contract about pure decisions: what it lists, and what these may not reach."""
    contracts = tomllib.loads((repository / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    found: dict[str, list[str]] = next(contract for contract in contracts if contract["id"] == "pure")
    return found


def rules(graph: grimp.ImportGraph, io: list[str]) -> Iterator[str]:
    """The files of rooms that decide: no furniture, and no way leads from them to anything in `io`."""
    reachable = [module for module in io if module in graph.modules]
    for package in FIVE:
        for module in sorted(graph.find_descendants(package)):
            _, room, *file = module.split(".")
            if not file or room == "migrations" or file[-1] in FURNITURE:
                continue
            if not any(graph.chain_exists(importer=module, imported=one) for one in reachable):
                yield module


def rooms_that_are_no_packages(root: Path, files: list[Path]) -> list[str]:
    """Folders of Python files without an `__init__.py`: grimp, and so `lint-imports`, would not look into them."""
    folders = {path.parent for path in files if "migrations" not in path.parts}
    return sorted(folder.as_posix() for folder in folders if not (root / folder / "__init__.py").exists())


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """Who imports whom, in the whole product."""
    return grimp.build_graph("common", *FIVE, include_external_packages=True, cache_dir=None)


def test_every_room_is_a_package(repository: Path, sources: Sources) -> None:
    # One line is enough: a docstring that says what the room is about.
    assert rooms_that_are_no_packages(repository, sources(repository)) == []


def test_the_catalogue_names_every_rule_and_nothing_else(repository: Path, graph: grimp.ImportGraph) -> None:
    listed = catalogue(repository)
    found = set(rules(graph, listed["forbidden_modules"]))
    # Add the first to source_modules of the contract "pure"; the second are gone, or do input and output by now.
    assert (sorted(found - set(listed["source_modules"])), sorted(set(listed["source_modules"]) - found)) == ([], [])


def test_every_rule_in_the_catalogue_is_a_file(repository: Path, sources: Sources) -> None:
    files = {".".join(path.with_suffix("").parts[-3:]) for path in sources(repository)}
    assert [name for name in catalogue(repository)["source_modules"] if name not in files] == []


def test_a_new_rule_would_be_missed_in_the_catalogue(repository: Path, graph: grimp.ImportGraph) -> None:
    listed = catalogue(repository)
    grown = deepcopy(graph)
    grown.add_module("kb_svc.articles.expiry")
    assert "kb_svc.articles.expiry" in set(rules(grown, listed["forbidden_modules"]))


def test_a_rule_that_begins_to_read_the_database_is_one_no_longer(repository: Path, graph: grimp.ImportGraph) -> None:
    listed = catalogue(repository)
    grown = deepcopy(graph)
    grown.add_import(importer="feedback_svc.surveys.accept", imported="feedback_svc.surveys.tables")
    assert "feedback_svc.surveys.accept" not in set(rules(grown, listed["forbidden_modules"]))


def test_a_planted_room_without_an_init_is_found(tmp_path: Path, sources: Sources) -> None:
    path = tmp_path / "services/kb-svc/kb_svc/articles/write.py"
    path.parent.mkdir(parents=True)
    path.write_text("")
    (tmp_path / "services/kb-svc/kb_svc/__init__.py").write_text("")
    assert rooms_that_are_no_packages(tmp_path, sources(tmp_path)) == ["services/kb-svc/kb_svc/articles"]
