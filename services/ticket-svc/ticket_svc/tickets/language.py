"""In which language a text is written: Chinese or English."""

from __future__ import annotations

import re

from common.contracts.tickets import Language

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")


def language_of(text: str) -> Language | None:
    """The language of `text`; None when it has no words (a number, a link's digits, an emoji).

    A Chinese character weighs as much as an English word: product names in a Chinese sentence do not make it English.
    """
    han, words = len(_HAN.findall(text)), len(_LATIN_WORD.findall(text))
    if not han and not words:
        return None
    return "zh" if han >= words else "en"
