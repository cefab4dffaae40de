"""Who may find what, as bits: one for each locale and audience. A posting has one bit, a search a mask of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

Locale = Literal["zh-CN", "zh-TW", "en"]
Audience = Literal["public", "internal"]

LOCALES: tuple[Locale, ...] = ("zh-CN", "zh-TW", "en")
AUDIENCES: tuple[Audience, ...] = ("public", "internal")
_BITS = {pair: 1 << at for at, pair in enumerate((place, group) for place in LOCALES for group in AUDIENCES)}


def bit(locale: str, audience: str) -> int:
    """The bit of an article. Raises KeyError for a locale or audience there is not."""
    return _BITS[locale, audience]  # type: ignore[index]  # the words come from checked columns


def mask(locale: str | None, *, staff: bool) -> int:
    """What a search may find: `zh` means both Chinese locales, None every one; only staff sees internal articles."""
    audiences = AUDIENCES if staff else ("public",)
    return sum(bit(place, group) for place in _locales(locale) for group in audiences)


def _locales(wanted: str | None) -> Iterable[Locale]:
    return [place for place in LOCALES if wanted is None or place == wanted or place.startswith(f"{wanted}-")]
