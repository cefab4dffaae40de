"""The data folder: whose it is, what stands where in it, and that only one platform runs on it."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from typing import IO, Any

from common.embedded.kept import Kept
from kefu_local.refused import Refused

ROOT = Path(__file__).resolve().parents[3]
"""The repository."""
FORMAT = 1
"""Raised when an older `kefu` could no longer use the folder."""

_MARKER = "kefu.json"


class Place:
    """A data folder (`.kefu` in the repository unless told otherwise)."""

    def __init__(self, folder: Path | None = None) -> None:
        named = folder or (Path(os.environ["KEFU_DATA"]) if os.environ.get("KEFU_DATA") else ROOT / ".kefu")
        self.folder = named.absolute()
        self.logs = self.folder / "logs"
        self.postgres = self.folder / "postgres"
        self.kafka = self.folder / "kafka"
        self.logins = Kept(self.folder / "logins.json")
        self.keys = Kept(self.folder / "keys.json")
        self.kept = Kept(self.folder / "run.json")
        self.copies = Kept(self.folder / "copies.json")
        """How many processes of each role are wanted now: written by `up` and `scale`, followed by the platform."""
        self.restoring = self.folder / "restoring"
        """There while a restore is not finished; holds the archive's path."""
        self._lock: IO[str] | None = None

    @property
    def exists(self) -> bool:
        """Whether a platform was ever started here."""
        return (self.folder / _MARKER).exists()

    def check(self, *, restoring: bool = False) -> None:
        """Refuse a folder that is not ours, is from a newer version, or cannot be written. Changes nothing.

        One on which a restore is unfinished is refused too, but to a restore (`restoring`).
        """
        if self.folder.exists() and not self.folder.is_dir():
            raise Refused(f"{self.folder} is a file; name a folder with --data.")
        nearest = next(path for path in (self.folder, *self.folder.parents) if path.exists())
        if not os.access(nearest, os.W_OK | os.X_OK):
            raise Refused(f"{nearest} cannot be written by this user; name another folder with --data.")
        if not self.exists:
            if self.folder.exists() and any(self.folder.iterdir()):
                raise Refused(
                    f"{self.folder} holds files that are not Kefu's; it was left untouched. Name an empty folder."
                )
            return
        made_by = _format_of(self.folder / _MARKER)
        if made_by > FORMAT:
            raise Refused(
                f"{self.folder} was made by a newer Kefu (format {made_by}, this one knows {FORMAT}): update first."
            )
        if self.restoring.exists() and not restoring:
            again = f"kefu restore --from {self.restoring.read_text()}"
            raise Refused(f"A restore of {self.folder} was not finished: run `{again}` again.")

    def create(self) -> None:
        """Make the folder and its marker; nothing happens when they are there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        # Others may walk through but not look: as root, Postgres runs as `nobody` in here. Secrets are 0600 each.
        self.folder.chmod(0o711)
        self.logs.mkdir(exist_ok=True, mode=0o700)
        if not self.exists:
            fresh = self.folder / f"{_MARKER}.new"
            fresh.write_text(json.dumps({"format": FORMAT}))
            fresh.replace(self.folder / _MARKER)

    def take(self) -> None:
        """Become the one platform that runs here, until this process ends. Refused when there is one."""
        lock = (self.folder / "up.lock").open("a")
        if not _flock(lock):
            lock.close()
            url = self.kept.read().get("url", "")
            raise Refused(f"Kefu already runs on {self.folder} {f'({url})' if url else ''}; `kefu down` stops it.")
        self._lock = lock

    def taken(self) -> bool:
        """Whether a platform runs here now."""
        try:
            with (self.folder / "up.lock").open() as lock:
                return not _flock(lock)
        except FileNotFoundError:
            return False


def _flock(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _format_of(marker: Path) -> int:
    try:
        content: Any = json.loads(marker.read_text())
        return int(content["format"])
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(f'{marker} is damaged ({error}); put back {{"format": {FORMAT}}}.') from error
