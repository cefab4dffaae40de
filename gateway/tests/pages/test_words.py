"""Both languages say the same, and can be read: nothing is missing, and the contrast is enough."""

import json
import re
from itertools import product

import pytest

from common.contracts.base import REGISTRY
from gateway.pages.serve import STATIC

CATALOGUES = {name: json.loads((STATIC / "messages" / f"{name}.json").read_text()) for name in ("zh-CN", "en")}
SOURCES = "".join(path.read_text() for path in [*STATIC.glob("*.js"), STATIC / "index.html"])


def test_both_languages_say_the_same_things() -> None:
    assert CATALOGUES["zh-CN"].keys() == CATALOGUES["en"].keys()


@pytest.mark.parametrize("key", CATALOGUES["en"])
def test_a_text_has_the_same_places_to_fill_in(key: str) -> None:
    zh, en = (set(re.findall(r"\{\w+\}", CATALOGUES[name][key])) for name in ("zh-CN", "en"))
    assert zh == en


def test_every_text_that_the_page_asks_for_is_there() -> None:
    asked = set(re.findall(r'data-t(?:-label)?="([\w.]+)"', SOURCES)) | set(re.findall(r'\bt\("([\w.]+)"', SOURCES))
    assert asked
    assert asked <= CATALOGUES["en"].keys()


def test_the_feed_speaks_of_events_that_exist() -> None:
    told = {key.removeprefix("feed.") for key in CATALOGUES["en"] if key.startswith("feed.")}
    assert told <= REGISTRY.keys()


def colours(scheme: int) -> dict[str, tuple[float, ...]]:
    block = re.findall(r":root \{(.*?)\}", (STATIC / "board.css").read_text(), re.DOTALL)[scheme]
    found = re.findall(r"--([\w-]+): #([0-9a-f]{3,6})\b", block)
    full = {name: value if len(value) == 6 else "".join(2 * c for c in value) for name, value in found}
    return {name: tuple(int(value[at : at + 2], 16) / 255 for at in (0, 2, 4)) for name, value in full.items()}


def luminance(colour: tuple[float, ...]) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


PAIRS = [
    *product(["ink", "soft", "accent", "warn", "alarm", "star"], ["surface", "ground"]),
    *product(["ink", "soft"], ["lane", "raised"]),
    ("tint-ink", "tint"), ("tint-ink", "surface"), ("warn", "warn-tint"), ("alarm", "alarm-tint"),
    ("accent-ink", "accent"),
]  # fmt: skip


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_has_enough_contrast(scheme: int, text: str, ground: str) -> None:
    """WCAG 2.2, 1.4.3: at least 4.5 to 1."""
    light, dark = sorted((luminance(colours(scheme)[text]), luminance(colours(scheme)[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
