"""Which encoding a text file is in: UTF-8 (with or without a mark), UTF-16 with a mark, or GBK, which Excel writes."""

from __future__ import annotations

import codecs
from collections.abc import Iterable

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_TOLERATED = 0.01
"""With fewer broken characters than this share of the non-ASCII ones it is UTF-8 with some damage, not another code."""


def encoding_of(chunks: Iterable[bytes]) -> str:
    """The encoding of a whole file, read once in chunks. What fits nothing is taken for UTF-8 with damaged rows."""
    utf8 = codecs.getincrementaldecoder("utf-8")("replace")
    gbk: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("gb18030")("strict")
    first, foreign, broken = True, 0, 0
    for chunk in chunks:
        if first and (marked := _mark(chunk)):
            return marked
        first = False
        text = utf8.decode(chunk)
        foreign += sum(character > "\x7f" for character in text) if not text.isascii() else 0
        broken += text.count("\ufffd")
        gbk = _still(gbk, chunk)
    broken += utf8.decode(b"", final=True).count("\ufffd")
    if broken == 0 or gbk is None or broken <= foreign * _TOLERATED:
        return "utf-8"
    return "gb18030"


def _mark(head: bytes) -> str | None:
    return next((name for mark, name in _MARKS if head.startswith(mark)), None)


def _still(decoder: codecs.IncrementalDecoder | None, chunk: bytes) -> codecs.IncrementalDecoder | None:
    """The decoder while everything so far was valid for it, else None."""
    if decoder is None:
        return None
    try:
        decoder.decode(chunk)
    except UnicodeDecodeError:
        return None
    return decoder
