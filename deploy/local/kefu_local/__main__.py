"""`python -m kefu_local`, which is what `./kefu` runs."""

from __future__ import annotations

import sys

from kefu_local.commands import app
from kefu_local.refused import Refused
from kefu_local.say import complain


def main() -> None:
    """Run the command; what it refuses is one sentence and exit code 2, never a stack trace."""
    try:
        app(prog_name="kefu")
    except Refused as reason:
        complain(str(reason))
        sys.exit(2)


if __name__ == "__main__":
    main()
