"""The compose files against the specification that compose v2 reads, by a strict parser fetched for this only."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from kefu_local.place import ROOT

pytestmark = pytest.mark.containers
FILES = ("docker-compose.yml", "docker-compose.observability.yml")
_PARSE = """import sys; from compose_spec import PyCompose
print(len(PyCompose.from_yaml(sys.stdin.read()).service_names()))"""


@pytest.fixture(scope="module")
def parser(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the parser; its hash is locked."""
    folder = tmp_path_factory.mktemp("compose-spec")
    lock = Path(__file__).with_name("compose-spec.lock")
    words = ["install", "-q", "--no-deps", "--require-hashes", "--only-binary", ":all:", "--target", str(folder)]
    subprocess.run([sys.executable, "-m", "pip", *words, "-r", str(lock)], check=True, timeout=300)
    return folder


def parsed(parser: Path, document: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _PARSE],
        input=yaml.safe_dump(document),
        env={"PYTHONPATH": str(parser)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", FILES)
def test_it_is_what_the_specification_says(parser: Path, name: str) -> None:
    text = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", (ROOT / name).read_text())
    document = yaml.safe_load(re.sub(r"\$\{\w+:\?[^}]*\}", "given", text))
    done = parsed(parser, document)
    assert done.stdout.strip() == str(len(document["services"])), done.stderr
    one = next(iter(document["services"].values()))
    one["mem_limitt"] = "1g"
    assert "mem_limitt" in parsed(parser, document).stderr
