"""docs/configuration.md, written from the models. `python -m kefu_local.configuration.page` renews it."""

from __future__ import annotations

from collections.abc import Iterable

from kefu_local.configuration.known import OF_THE_RUNTIME, Setting, settings_of
from kefu_local.place import ROOT
from kefu_local.plan import GATEWAY, MEMBERS

PAGE = ROOT / "docs" / "configuration.md"

_HEAD = """# Configuration
Every setting is an environment variable. A process says all that is wrong with its own at once, by name, and does not
start (exit code 2); `./kefu doctor` says it for all of them. A deployment that tells a process something it does not
read, or leaves out what it needs, fails a test (`kefu_local/configuration/mistakes.py`).

A variable marked *file* may also be given as `NAME_FILE`, the path of a file with the value: a mounted secret.
`./kefu gen-secrets` draws what is secret.

This page is written from the settings models by `python -m kefu_local.configuration.page`, and a test holds it to them.
"""


def page() -> str:
    """The page's text."""
    every = settings_of(MEMBERS[0])
    parts = [_HEAD, "## Every service and the gateway", _table(one for one in every.values() if one.shared)]
    for member in MEMBERS:
        own = [one for one in settings_of(member).values() if one != every.get(one.name) or not one.shared]
        if own:
            parts += [f"## {member if member == GATEWAY else f'{member}-svc'}", _table(own)]
    parts += [
        "## Of the runtime",
        "No settings of Kefu, but read by what it stands on.\n",
        "\n".join(["| variable | meaning |", "|---|---|", *(f"| `{n}` | {m} |" for n, m in OF_THE_RUNTIME.items())]),
    ]
    return "\n".join(parts) + "\n"


def _table(settings: Iterable[Setting]) -> str:
    rows = ["| variable | default | | meaning |", "|---|---|---|---|", *map(_row, settings)]
    return "\n".join(rows) + "\n"


def _row(setting: Setting) -> str:
    default = "**required**" if setting.default is None else f"`{setting.default}`" if setting.default else "unset"
    marks = [word for word, holds in (("secret", setting.secret), ("file", setting.has_file_variant)) if holds]
    return f"| `{setting.name}` | {default} | {', '.join(marks)} | {setting.meaning} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
