"""What a merge brings to the survivor of what it can have once, like a tag, and what goes when it is undone.

Several merges into one ticket may bring the same. It goes with the last of them that is undone, and what the survivor
had by itself stays. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable


def brought(source: Iterable[str], *, present: Collection[str], by_others: Collection[str], most: int) -> list[str]:
    """What the source brings that is not the survivor's own, as far as the survivor may have so many.

    `by_others` is what other merges have brought; of what they brought the source brings its part too.
    """
    own = set(present) - set(by_others)
    wanted = sorted(set(source) - own)
    new = [one for one in wanted if one not in present][: max(0, most - len(present))]
    return [one for one in wanted if one in present or one in new]


def goes(took: Iterable[str], *, by_others: Collection[str]) -> list[str]:
    """What goes from the survivor when the merge that brought `took` is undone, and the others are not."""
    return sorted(set(took) - set(by_others))
