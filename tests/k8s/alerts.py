"""The alert rules as Prometheus' operator wants them: one document with all groups of deploy/observability/rules.

kustomize cannot make it of them, so the copy is kept, written by `python tests/k8s/alerts.py` and held by a test.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "deploy" / "observability" / "rules"
KEPT = ROOT / "deploy" / "k8s" / "components" / "servicemonitor" / "rules.yaml"
_HEAD = "# Of deploy/observability/rules, written by tests/k8s/alerts.py. Change the sources, not this.\n"


def as_document(folder: Path = RULES) -> dict[str, Any]:
    """The PrometheusRule of every file in `folder`."""
    files = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yml"))]
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "kefu"},
        "spec": {"groups": [group for file in files for group in file["groups"]]},
    }


def as_text() -> str:
    """The document as it is kept."""
    text: str = yaml.safe_dump(as_document(), sort_keys=False, allow_unicode=True, width=120)
    return _HEAD + text


if __name__ == "__main__":
    KEPT.write_text(as_text(), encoding="utf-8")
