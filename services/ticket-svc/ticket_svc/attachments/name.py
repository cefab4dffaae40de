"""What a file may be called, and how that is said when it is sent (RFC 6266, RFC 8187). Pure."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath
from urllib.parse import quote

LONGEST = 150
NAMELESS = "file"

_SEPARATORS = re.compile(r'[/\\:*?"<>|%]')


def tidy(name: str) -> str:
    """The name without folders, control characters and marks that turn the writing round; never empty.

    Such a mark lets `invoice\u202efdp.exe` be read as a document. The extension outlives the cutting of a long name.
    """
    plain = unicodedata.normalize("NFC", name.replace("\\", "/").rstrip("/").rpartition("/")[2])
    # Cc: control; Cf: format, as the marks of direction; Cs, Co, Cn: nothing that is a character.
    plain = "".join(char for char in plain if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    plain = _SEPARATORS.sub("_", " ".join(plain.split())).strip(". ")
    if len(plain) <= LONGEST:
        return plain or NAMELESS
    suffix = PurePosixPath(plain).suffix[:20]
    return plain[: LONGEST - len(suffix)].rstrip(". ") + suffix


def disposition(name: str, *, is_shown: bool) -> str:
    """The Content-Disposition of a file with a tidy name: in ASCII for old readers, and in full for all others."""
    ascii_only = re.sub(r"[^A-Za-z0-9._ -]", "_", name)
    how = "inline" if is_shown else "attachment"
    return f"{how}; filename=\"{ascii_only}\"; filename*=UTF-8''{quote(name, safe='')}"
