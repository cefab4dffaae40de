"""Words to the terminal, which may be gone (a closed window) while there is still work to finish."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from typing import TextIO


def say(text: str = "") -> None:
    """A line for the person at the terminal."""
    _write(sys.stdout, text)


def complain(text: str) -> None:
    """A line about something that went wrong."""
    _write(sys.stderr, text)


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Rows of words as a table of left-aligned columns, as wide as they need to be."""
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    return "\n".join("  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)) for row in rows)


def _write(stream: TextIO, text: str) -> None:
    with contextlib.suppress(OSError, ValueError):
        stream.write(f"{text}\n")
        stream.flush()
