"""One process at a time on a folder: a lock that the kernel lifts when its holder dies, however it dies."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO


class FolderLock:
    """The right to work in a folder. It ends with this process at the latest."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: IO[str] | None = None

    def take(self) -> bool:
        """Take the folder, which is made if need be; False when another process, or another lock here, has it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        file = (self._folder / "lock").open("a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def drop(self) -> None:
        """Let others have it."""
        if self._file is not None:
            self._file.close()
            self._file = None
