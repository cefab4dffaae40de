"""The last good backup, where others can see it: a file in the data folder, and metrics for node-exporter."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from common.embedded.kept import Kept
from kefu_local.place import Place

METRICS = {
    "backup_last_success_timestamp_seconds": "When the databases were seen as the last good backup holds them",
    "backup_last_size_bytes": "Size of the last good backup",
    "backup_last_duration_seconds": "How long it took, its verification included",
    "backup_last_verified": "1: it was restored and held against the databases; 0: it was only written",
}
"""What `kefu backup --textfile` writes, and its meaning."""


@dataclass(frozen=True, slots=True)
class Last:
    """A good backup. `at` is the instant it shows, in UTC."""

    path: Path
    at: datetime
    size: int
    seconds: float
    verified: bool


def keep(place: Place, last: Last) -> None:
    """Remember it in the data folder."""
    _kept(place).update(**asdict(last) | {"path": str(last.path), "at": last.at.isoformat()})


def found(place: Place) -> Last | None:
    """The last good backup of this data folder; None when there is none."""
    values: dict[str, Any] = _kept(place).read()
    if not values:
        return None
    values |= {"path": Path(values["path"]), "at": datetime.fromisoformat(values["at"])}
    return Last(**values)


def said(last: Last | None, now: datetime) -> str:
    """A line about it for a person."""
    if last is None:
        return "Last backup: none; `kefu backup --into DIR` makes one."
    checked = "verified" if last.verified else "not verified"
    return f"Last backup: {_age(now - last.at)} ago, {checked}, {last.size / 1_000_000:.1f} MB: {last.path}"


def write_textfile(path: Path, last: Last) -> None:
    """Write the metrics for node-exporter's textfile collector; whoever reads sees the old file or the new one."""
    values = (last.at.timestamp(), last.size, last.seconds, int(last.verified))
    lines = []
    for (name, meaning), value in zip(METRICS.items(), values, strict=True):
        lines += [f"# HELP {name} {meaning}", f"# TYPE {name} gauge", f"{name} {value}"]
    # The collector reads *.prom only, so it never sees this name; others may read it: there is no secret in it.
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_text("\n".join(lines) + "\n")
    fresh.chmod(0o644)
    fresh.replace(path)


def _kept(place: Place) -> Kept:
    return Kept(place.folder / "backup-last.json")


def _age(age: timedelta) -> str:
    hours, minutes = divmod(int(age.total_seconds()) // 60, 60)
    return f"{hours // 24} d {hours % 24} h" if hours >= 48 else f"{hours} h {minutes} min"
