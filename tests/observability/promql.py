"""Which metrics an expression of PromQL names, and all expressions of the rules and the dashboards."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "deploy" / "observability" / "rules"
DASHBOARDS = ROOT / "deploy" / "observability" / "dashboards"

_NOT_METRICS = (
    re.compile(r'"[^"]*"'),
    re.compile(r"\{[^}]*\}"),
    re.compile(r"\[[^\]]*\]"),
    re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)"),
    re.compile(r"\boffset\s+\w+"),
)
_NAME = re.compile(r"(?<![\w:.])([a-zA-Z_:][\w:]*)\b(?!\s*\()")
_WORDS = frozenset({"and", "or", "unless", "bool", "by", "without", "on", "ignoring", "offset"})


def metrics_in(expression: str) -> set[str]:
    """The names of series that an expression reads."""
    for one in _NOT_METRICS:
        expression = one.sub(" ", expression)
    return set(_NAME.findall(expression)) - _WORDS


def rules() -> list[dict[str, Any]]:
    """Every rule of every file."""
    files = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(RULES.glob("*.yml"))]
    return [rule for file in files for group in file["groups"] for rule in group["rules"]]


def dashboards() -> dict[str, dict[str, Any]]:
    """Every dashboard by the name of its file."""
    return {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(DASHBOARDS.glob("*.json"))}


def expressions() -> Iterator[tuple[str, str]]:
    """Every expression, with the alert, recorded series or panel that it is of."""
    for rule in rules():
        yield rule.get("alert") or rule["record"], rule["expr"]
    for name, dashboard in dashboards().items():
        for panel in dashboard["panels"]:
            for target in panel["targets"]:
                yield f"{name}: {panel['title']}", target["expr"]


def recorded() -> set[str]:
    """The series that rules make."""
    return {rule["record"] for rule in rules() if "record" in rule}


FROM_OUTSIDE = {
    "up": "Prometheus itself",
    "backup_last_success_timestamp_seconds": "kefu backup --textfile, through node_exporter",
    "node_filesystem_avail_bytes": "node_exporter",
    "node_filesystem_size_bytes": "node_exporter",
    "kubelet_volume_stats_available_bytes": "the kubelet",
    "kubelet_volume_stats_capacity_bytes": "the kubelet",
}
"""What rules and panels read that no process of ours exports, and who does."""


def unknown(exported: set[str]) -> list[str]:
    """Each expression that reads something which nobody exports or records."""
    known = exported | recorded() | FROM_OUTSIDE.keys()
    return [f"{of}: {name}" for of, text in expressions() for name in sorted(metrics_in(text) - known)]
