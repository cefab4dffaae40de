"""A line that counts, on a terminal only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


@contextmanager
def progress(what: str) -> Iterator[Callable[[], None]]:
    """Gives what is to be called for each one that is done."""
    console = Console(stderr=True)
    shown = SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*shown, console=console, disable=not console.is_terminal) as line:
        task = line.add_task(what, total=None)
        yield lambda: line.advance(task)
