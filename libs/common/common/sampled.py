"""Where a process spends its CPU: its stack is looked at every few milliseconds of CPU. Off unless asked for.

`kefu bench --profile` asks for it (KEFU_PROFILE=FOLDER). A sample costs some 20 us, so at 200 a second the figures of a
sampled process are its own within half a percent; without the setting nothing is installed.
"""

from __future__ import annotations

import json
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

EVERY = 0.005
"""Seconds of CPU between two samples; the kernel's own clock may make it more."""


@contextmanager
def sampled(name: str, folder: Path | None) -> Iterator[None]:
    """Sample the block and write `<folder>/<name>.json` at its end; nothing at all when there is no folder."""
    if folder is None:
        yield
        return
    at_top: Counter[str] = Counter()
    within: Counter[str] = Counter()

    def look(_number: int, frame: FrameType | None) -> None:
        stack = list(_names(frame))
        at_top.update(stack[:1])
        within.update(set(stack))

    signal.signal(signal.SIGPROF, look)
    signal.siginterrupt(signal.SIGPROF, False)
    signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        found = {"samples": at_top.total(), "at_top": dict(at_top), "within": dict(within)}
        (folder / f"{name}.json").write_text(json.dumps(found))


def _names(frame: FrameType | None) -> Iterator[str]:
    while frame is not None:
        yield f"{frame.f_code.co_filename}:{frame.f_code.co_qualname}"
        frame = frame.f_back
