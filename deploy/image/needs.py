"""What one package needs of requirements.lock, with its hashes: `needs.py LOCK NAME... -NOT...`.

The lock names beside each package what it is needed by ("# via"), so the closure can be read off it backwards.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

_NAME = re.compile(r"^([A-Za-z0-9._-]+)==")


def blocks(lock: str) -> Iterator[tuple[str, str, set[str]]]:
    """Each package of a lock: its name, its lines, and by what it is needed."""
    for block in re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE):
        found = _NAME.match(block)
        if found:
            comments = [line.strip()[1:].split() for line in block.splitlines() if line.strip().startswith("#")]
            yield found.group(1), block, {word for words in comments for word in words if word != "via"}


def needs(lock: str, roots: set[str], without: set[str]) -> str:
    """The part of the lock that `roots` need, directly or not; a root that is locked itself is in it."""
    packages = [one for one in blocks(lock) if one[0] not in without]
    wanted, before = set(roots), 0
    while len(wanted) != before:
        before = len(wanted)
        wanted |= {name for name, _, by in packages if by & wanted}
    return "".join(text for name, text, _ in packages if name in wanted)


if __name__ == "__main__":
    names = set(sys.argv[2:])
    left_out = {name for name in names if name.startswith("-")}
    sys.stdout.write(needs(Path(sys.argv[1]).read_text(), names - left_out, {name[1:] for name in left_out}))
