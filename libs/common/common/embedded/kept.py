"""What a launcher must remember between starts, passwords among it: one small private JSON file."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


class Kept:
    """A JSON object in a file that only its owner may read (0600), replaced as a whole at every change."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> dict[str, Any]:
        """The values; empty when the file does not exist yet."""
        try:
            values: dict[str, Any] = json.loads(self.path.read_text())
        except FileNotFoundError:
            return {}
        return values

    def update(self, **changes: Any) -> None:
        """Change some values; a crash leaves either the old file or the new one."""
        text = json.dumps(self.read() | changes, indent=2)
        fresh = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        write_private(fresh, text)
        fresh.replace(self.path)


def write_private(path: Path, text: str) -> None:
    """Write a file that nobody else can read at any moment (0600 from its creation), and wait for the disk."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
