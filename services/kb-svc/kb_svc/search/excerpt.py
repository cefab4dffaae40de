"""The part of an article's text that shows why it was found."""

from __future__ import annotations

from common.words import folded, pieces

LENGTH = 160
LEAD = 30
"""Characters shown before the first word that was asked for."""


def excerpt(body: str, question: str) -> str:
    """About 160 characters of `body` around the first word of `question` in it; the beginning when there is none."""
    # Folding may change lengths (ligatures), then the place is only near: an excerpt may be off by a little.
    text = folded(body)
    places = [at for at in map(text.find, pieces(question)) if at >= 0]
    start = max(0, min(places, default=0) - LEAD)
    start = 0 if start < LEAD else start
    shown = " ".join(body[start : start + LENGTH].split())
    return ("…" if start else "") + shown + ("…" if start + LENGTH < len(body) else "")
