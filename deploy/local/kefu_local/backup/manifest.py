"""What an archive says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from common.migrate import history
from kefu_local.plan import BUS, MEMBERS, module_of
from kefu_local.refused import Refused

FORMAT = 1
"""Raised when an older `kefu` could not read the archive any more."""
NAME = "manifest.json"


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True)


class Entry(_Said):
    """A file of the archive: its bytes and their SHA-256."""

    size: int
    sha256: str


class Dump(Entry):
    """One database: what its server was, at which revisions its schema is, and what every table holds."""

    server: str
    revisions: dict[str, str]
    tables: dict[str, tuple[int, str]]


class Manifest(_Said):
    """The whole archive. `at` is the one instant of all databases."""

    kind: Literal["kefu-backup"] = "kefu-backup"
    format: int = FORMAT
    at: datetime
    bus: Literal["embedded", "kafka"]
    replay_since: datetime | None
    """On Kafka: events published from then on may be unheard, and are said again after a restore; null: all kept."""
    databases: dict[str, Dump]
    files: dict[str, Entry]
    """Keys and first logins of a platform on one machine."""


def read_manifest(text: bytes) -> Manifest:
    """The manifest, refused when this code cannot restore what it speaks of. Raises Refused."""
    try:
        manifest = Manifest.model_validate_json(text)
    except ValidationError as error:
        raise Refused("This is no backup of Kefu's, or its manifest is damaged.") from error
    if manifest.format > FORMAT:
        raise Refused(f"The archive is of a newer Kefu (format {manifest.format}, this one knows {FORMAT}).")
    expected = {*MEMBERS, *([BUS] if manifest.bus == "embedded" else [])}
    if set(manifest.databases) != expected:
        lacking = ", ".join(sorted(expected ^ set(manifest.databases)))
        raise Refused(f"The archive is not whole: {lacking} should be in it, or should not.")
    for member in MEMBERS:
        refuse_newer(member, manifest.databases[member].revisions)
    return manifest


def refuse_newer(member: str, found: Mapping[str, str]) -> None:
    """Refuse a database whose schema this code does not know. Raises Refused."""
    for owner in ("common", module_of(member)):
        if found.get(owner) not in history(owner):
            raise Refused(
                f"The archive's database of {member} is at the revision {found.get(owner)} of {owner},"
                " which this Kefu does not know: it was made by a newer one. Update first."
            )
