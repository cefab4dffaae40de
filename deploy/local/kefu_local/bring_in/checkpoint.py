"""What is known to be brought in already, so that a second run skips it quickly. Losing it costs time, never rows."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import IO

_DIGEST = 16


class Checkpoint:
    """A file of digests of external ids, one a line, added to as rows are acknowledged."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = _read(path)
        self._file: IO[str] | None = None

    def __contains__(self, external_id: str) -> bool:
        return _digest(external_id) in self._known

    def __len__(self) -> int:
        return len(self._known)

    def add(self, external_id: str) -> None:
        """Note a row that the platform acknowledged."""
        digest = _digest(external_id)
        if digest in self._known:
            return
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("a", buffering=1)
        self._known.add(digest)
        self._file.write(digest.hex() + "\n")

    def forget(self) -> None:
        """It was made against another platform, or one that lost its data: start over."""
        self.close()
        self._known.clear()
        self._path.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


def checkpoint_name(url: str, kind: str, source: str) -> str:
    """A file name for one target, kind and source."""
    return f"{kind}-{hashlib.sha256(f'{url} {source}'.encode()).hexdigest()[:16]}.done"


def _digest(external_id: str) -> bytes:
    return hashlib.sha256(external_id.encode()).digest()[:_DIGEST]


def _read(path: Path) -> set[bytes]:
    """Every complete line; the last one may be torn by a crash."""
    try:
        text = path.read_text()
    except FileNotFoundError:
        return set()
    lines = text.split("\n")[:-1]
    if text and not text.endswith("\n"):
        path.write_text("".join(f"{line}\n" for line in lines))  # else the next line would be glued to the torn one
    return {bytes.fromhex(line) for line in lines if len(line) == 2 * _DIGEST and _is_hex(line)}


def _is_hex(line: str) -> bool:
    return all(character in "0123456789abcdef" for character in line)
