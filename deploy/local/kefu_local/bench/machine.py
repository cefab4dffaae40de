"""The machine that was measured: figures mean nothing without it."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

from common.embedded.postgres_binaries import MAJOR


def machine() -> dict[str, Any]:
    """Cores, load and versions, as of now."""
    return {
        "cpu": _first("/proc/cpuinfo", "model name"),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(int(_first("/proc/meminfo", "MemTotal").split()[0] or 0) / 1024**2, 1),
        "load_average": round(os.getloadavg()[0], 2),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "postgres": MAJOR,
        "libraries": {name: version(name) for name in ("fastapi", "sqlalchemy", "asyncpg", "aiokafka", "uvicorn")},
    }


def _first(path: str, name: str) -> str:
    """The value of the first line `name : value` of a file; "0" when there is none."""
    try:
        lines = Path(path).read_text().splitlines()
    except OSError:
        return "0"
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "0")
