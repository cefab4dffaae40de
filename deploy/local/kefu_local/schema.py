"""Whether the databases are as this code needs them, told without asking them: a stamp beside the data."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from kefu_local.place import ROOT
from kefu_local.plan import MEMBERS, module_of

STAMP = "migrated"
"""The stamp's name."""


def fingerprint(folders: Sequence[Path]) -> str:
    """One value for all migration files: it changes with any of them."""
    digest = hashlib.sha256()
    for folder in folders:
        for file in sorted(folder.rglob("*.py")):
            digest.update(f"{folder.parent.name}/{file.relative_to(folder)}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def folders() -> list[Path]:
    """Where the migrations of the plumbing and of every member stand."""
    homes = [ROOT / "libs" / "common" / "common", *(_home(member) for member in MEMBERS)]
    return [home / "migrations" for home in homes]


def is_stamped(stamp: Path, value: str) -> bool:
    """Whether the databases beside `stamp` were migrated with exactly these files."""
    return stamp.exists() and stamp.read_text() == value


def _home(member: str) -> Path:
    module = module_of(member)
    return ROOT / module / module if member == module else ROOT / "services" / f"{member}-svc" / module
