"""What a rule writes to a customer: the text for the ticket's language, with its places filled. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import StringConstraints

from common.http.shapes import LINES, Wanted

_PLACE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
PLACES = {"number": "number", "subject": "subject", "customer": "customer_name"}
"""What may stand between {{ and }}, and the column it is."""


_Said = Annotated[str, StringConstraints(min_length=1, max_length=5_000, pattern=LINES)]


class InBoth(Wanted):
    """What is said, in each language; {{number}}, {{subject}} and {{customer}} stand for the ticket's."""

    zh: _Said
    en: _Said


def unknown_places(text: InBoth) -> list[tuple[str, str]]:
    """The places that stand for nothing: language and name."""
    found = (("zh", text.zh), ("en", text.en))
    return [(language, name) for language, said in found for name in _PLACE.findall(said) if name not in PLACES]


def worded(text: InBoth, row: Mapping[Any, Any]) -> str:
    """The text for this ticket."""
    said = text.zh if row["language"] == "zh" else text.en
    return _PLACE.sub(lambda place: str(row[PLACES[place[1]]]), said)
