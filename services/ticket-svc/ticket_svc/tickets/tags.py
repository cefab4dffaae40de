"""What becomes of a ticket's tags: one spelling for each, added and removed, never replaced as a whole. Pure.

Two people who each add a tag both keep theirs, since neither says what the whole list shall be.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

MOST_TAGS = 50
"""Tags that a ticket may have."""
LONGEST = 50
"""Characters of a tag in its one spelling."""


def one_spelling(tag: str) -> str:
    """`  VIP　客户 ` and `vip_客户` are the same tag: half-width, lower case, white space as one underscore.

    Raises ValueError when nothing is left, or more than LONGEST characters are.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", tag).casefold())
    spelled = re.sub(r"\s+", "_", folded.strip())
    if not 1 <= len(spelled) <= LONGEST:
        raise ValueError(f"a tag has 1 to {LONGEST} characters")
    return spelled


def with_and_without(present: Sequence[str], *, add: Iterable[str], remove: Iterable[str]) -> list[str]:
    """The tags afterwards, sorted. One that is both added and removed is removed."""
    return sorted({*present, *add} - set(remove))
