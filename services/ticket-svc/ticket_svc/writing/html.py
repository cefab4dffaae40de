"""What of somebody's HTML may stay: this list, and nothing else. Pure.

Parsing and writing are nh3's (ammonia over html5ever, the parser of a browser). What comes of it is cleaned again until
nothing changes any more, so a second reader finds what the first one saw: mutation attacks have no ground left.
A picture from elsewhere tells its sender who reads what and when: its address moves to `data-remote-src`, where nothing
loads it, until the page is asked to.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from html import unescape

import nh3

from ticket_svc.writing.pieces import VOID, Attributes, End, Piece, Start, escaped, put_together, take_apart

LONGEST = 200_000
"""Characters of HTML that are taken."""
DEEPEST = 60
"""Elements within elements; what stands deeper keeps its text only."""
DEEPEST_READ = 400
"""Elements left open; of HTML with more of them only the text is kept."""
MOST_NAMES = 20_000
"""Characters written by their names, like &amp;: each costs a parser as much as a line of text."""
LONGEST_ADDRESS = 2_000
REMOTE = "data-remote-src"
"""The address of a picture that is not loaded by itself."""

TAGS = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del",
    "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img",
    "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strike", "strong", "sub",
    "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var", "wbr",
})  # fmt: skip
WITH_CONTENT = frozenset({
    "applet", "audio", "canvas", "embed", "frameset", "iframe", "math", "noembed", "noframes", "noscript", "object",
    "plaintext", "script", "select", "style", "svg", "template", "textarea", "title", "video", "xmp",
})  # fmt: skip
"""Of other elements the tags go and the text stays; of these nothing stays."""
ATTRIBUTES = {
    "*": {"dir", "lang", "title"},
    "a": {"href"},
    "col": {"span"},
    "colgroup": {"span"},
    "img": {"src", REMOTE, "alt", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
LINKS = frozenset({"http", "https", "mailto", "tel"})
PICTURES = frozenset({"cid"})
"""cid: names an attachment of the same message."""
WEB = frozenset({"http", "https"})
REL = "noopener noreferrer nofollow"

_ROUNDS = 6
_NUMBERS = frozenset({"colspan", "height", "rowspan", "span", "start", "width"})
# What a browser leaves out of an address before it looks for the scheme (WHATWG URL, 4.4).
_AROUND = "".join(map(chr, range(0x21)))
_INSIDE = re.compile(r"[\t\n\r]")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)")
_ANY_TAG = re.compile(r"<[^<>]*>?")
_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):([^\x00-\x20\x7f\\]+)")


def harmless(html: str) -> str:
    """What of `html` may stay; given again, it stays as it is. Empty when there is nothing."""
    if html.count("&") > MOST_NAMES or not _is_shallow(html, DEEPEST_READ):
        return _text_only(html)
    found = _FIRST.clean(html.replace("\x00", "")).strip()
    for _ in range(_ROUNDS):
        again = _AGAIN.clean(_put_right(found)).strip()
        if again == found:
            return found
        found = again
    # It reads differently each time: somebody made it so.
    return _text_only(found)


def _put_right(html: str) -> str:
    """Harmless HTML, nothing remote in it, and not too deep."""
    if "<img" not in html and _is_shallow(html, DEEPEST):
        return html
    return put_together(_flat(_without_remote(take_apart(html))))


def _is_shallow(html: str, deepest: int) -> bool:
    """Whether no more elements are open at once. A parser looks through them at each tag: depth costs its square."""
    open_elements: Counter[str] = Counter()
    depth = 0
    for is_end, name in _TAG.findall(html):
        if not is_end:
            open_elements[name] += name.lower() not in VOID
            depth += name.lower() not in VOID
        elif open_elements[name]:
            open_elements[name] -= 1
            depth -= 1
        if depth > deepest:
            return False
    return True


def _text_only(html: str) -> str:
    return escaped(unescape(_ANY_TAG.sub(" ", html).replace("\x00", ""))).replace("&quot;", '"').strip()


def _kept(pictures: frozenset[str], _tag: str, name: str, value: str) -> str | None:
    """The value that an attribute keeps; None takes the attribute away."""
    schemes = {"href": LINKS, "src": pictures, REMOTE: WEB}.get(name)
    if schemes is not None:
        return address(value, schemes)
    if name in _NUMBERS:
        return value if re.fullmatch(r"[0-9]{1,4}", value) else None
    if name == "dir":
        return value.lower() if value.lower() in ("ltr", "rtl", "auto") else None
    if name == "lang":
        return value if re.fullmatch(r"[A-Za-z0-9-]{1,35}", value) else None
    # rel is nh3's own; the rest is text.
    return value


def address(value: str, schemes: Iterable[str]) -> str | None:
    """The address as a browser reads it, if it says one of these schemes; else None, also for one without a scheme."""
    plain = _INSIDE.sub("", value.strip(_AROUND))
    found = _ADDRESS.fullmatch(plain)
    if not found or len(plain) > LONGEST_ADDRESS:
        return None
    scheme, rest = found[1].lower(), found[2]
    if scheme not in schemes or (scheme in WEB and not rest.startswith("//")):
        return None
    return f"{scheme}:{rest}"


def _without_remote(pieces: Iterable[Piece]) -> Iterator[Piece]:
    for piece in pieces:
        if isinstance(piece, Start) and piece.tag == "img":
            yield Start("img", _not_loaded(piece.attributes))
        else:
            yield piece


def _not_loaded(attributes: Attributes) -> Attributes:
    """A picture's attributes, the address of one from elsewhere under REMOTE; the first of two that say it counts."""
    kept: dict[str, str] = {}
    for name, value in attributes:
        is_remote = name == "src" and address(value, WEB) is not None
        kept.setdefault(REMOTE if is_remote else name, value)
    return tuple(kept.items())


def _flat(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces without the elements that stand too deep; texts stay."""
    depth = too_deep = 0
    for piece in pieces:
        if isinstance(piece, Start) and piece.tag not in VOID:
            if depth == DEEPEST:
                too_deep += 1
                continue
            depth += 1
        elif isinstance(piece, End):
            if too_deep:
                too_deep -= 1
                continue
            depth -= 1
        yield piece


def _cleaner(pictures: frozenset[str]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(TAGS),
        clean_content_tags=set(WITH_CONTENT),
        attributes=ATTRIBUTES,
        attribute_filter=partial(_kept, pictures),
        url_schemes=set(LINKS | pictures),
        strip_comments=True,
        url_relative="deny",
        link_rel=REL,
    )


_FIRST = _cleaner(PICTURES | WEB)
_AGAIN = _cleaner(PICTURES)
