"""`kefu bench --against`: this code and another checkout's, beside each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kefu_local.bench.beside import Length, Tell, Variant, beside
from kefu_local.bench.beside_report import Json, Pair, head, of_each, of_pairs
from kefu_local.bench.markers import Markers
from kefu_local.bench.own import python_of

MARKERS = Markers("kefu bench --against")
HERE, THERE, AGAIN = "here", "there", "there again"
_PAIRS = (Pair(HERE, THERE, "what this code changes"), Pair(AGAIN, THERE, "the noise: the same twice"))


async def measure_against(
    checkout: Path, ops: Sequence[str], length: Length, folder: Path, tell: Tell
) -> dict[str, Any]:
    """Windows of both, and of the other one twice. Refused when `checkout` was never set up."""
    python_of(checkout)
    variants = [Variant(HERE), Variant(THERE, checkout=checkout), Variant(AGAIN, checkout=checkout)]
    return {**asdict(length), "windows": await beside(folder, variants, ops, length, tell)}


def lines(result: Json) -> Iterator[str]:
    """Everything in Markdown, line by line."""
    yield head(result)
    yield ""
    yield from of_each(result["windows"])
    yield ""
    yield from of_pairs(result["windows"], _PAIRS)
