"""The demo shop's knowledge base, in Chinese and English; the texts stand in `articles.json`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def articles() -> list[dict[str, Any]]:
    """The articles as the API takes them; their external ids make publishing them twice harmless."""
    texts: list[dict[str, Any]] = json.loads(Path(__file__).with_name("articles.json").read_text(encoding="utf-8"))
    return [{**text, "publish": True} for text in texts]
