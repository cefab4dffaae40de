"""Where the CPU goes: the samples that each process wrote (KEFU_PROFILE), as shares by library and by function."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

MOST = 25

_OURS = {
    "common": "common", "ticket_svc": "service", "routing_svc": "service", "kb_svc": "service",
    "feedback_svc": "service", "gateway": "service",
}  # fmt: skip


def read_profiles(folder: Path) -> dict[str, Any]:
    """The shares of every process that wrote its samples into `folder`."""
    return {path.stem: shares(json.loads(path.read_text())) for path in sorted(folder.glob("*.json"))}


def shares(samples: dict[str, Any]) -> dict[str, Any]:
    """Percent of the samples: of each library, and of the functions at the top of the stack and anywhere in it."""
    total = max(1, int(samples["samples"]))
    at_top = Counter({name: int(found) for name, found in samples["at_top"].items()})
    within = Counter({name: int(found) for name, found in samples["within"].items()})
    libraries: Counter[str] = Counter()
    for name, found in at_top.items():
        libraries[library(name)] += found
    return {
        "samples": total,
        "libraries": _percent(libraries, total),
        "at_top": _percent(at_top, total),
        "within": _percent(within, total),
    }


def library(function: str) -> str:
    """Which library a sampled function (`path/file.py:name`) belongs to; `python` for the standard library's."""
    path = function.partition(":")[0]
    _, installed, rest = path.rpartition("site-packages/")
    if installed:
        return rest.partition("/")[0].removesuffix(".py")
    parts = path.split("/")
    return next((_OURS[part] for part in parts if part in _OURS), "python")


def _percent(found: Counter[str], total: int) -> dict[str, float]:
    return {_short(name): round(100 * count / total, 1) for name, count in found.most_common(MOST)}


def _short(name: str) -> str:
    """Without the folders that differ from machine to machine."""
    path, colon, function = name.rpartition(":")
    if not colon:
        return name
    _, installed, rest = path.rpartition("site-packages/")
    if installed:
        return f"{rest}:{function}"
    parts = path.split("/")
    ours = [index for index, part in enumerate(parts) if part in _OURS]
    return f"{'/'.join(parts[ours[0] :]) if ours else '/'.join(parts[-2:])}:{function}"
