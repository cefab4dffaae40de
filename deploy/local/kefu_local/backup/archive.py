"""The archive: one ZIP file that only its owner may read, shown under its name when it is whole."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from kefu_local.backup.manifest import NAME, Entry, Manifest, read_manifest
from kefu_local.backup.postgres_programs import PIECE
from kefu_local.refused import Refused

_PART = ".part"


class Writing:
    """An archive while it is written. Dumps are compressed already, so nothing is compressed here."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def add(self, name: str, pieces: Iterable[bytes]) -> Entry:
        """Write a file of unknown length; its size and hash, as counted on the way."""
        digest, size = hashlib.sha256(), 0
        with self._archive.open(name, "w", force_zip64=True) as member:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                member.write(piece)
        return Entry(size=size, sha256=digest.hexdigest())

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest, the last file: an archive that broke off has none."""
        self._archive.writestr(NAME, manifest.model_dump_json(indent=2))


@contextmanager
def writing(path: Path) -> Iterator[Writing]:
    """Write an archive beside `path` and give it that name when the block ended well; else nothing is left."""
    part = path.with_name(path.name + _PART)
    part.unlink(missing_ok=True)  # of a run that was killed
    try:
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Refused(f"{part} cannot be written: {error.strerror}.") from error
    try:
        with os.fdopen(descriptor, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
                yield Writing(archive)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise Refused(f"{path} could not be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)


class Archive:
    """A whole archive: every byte was held against the manifest when it was opened."""

    def __init__(self, path: Path, opened: zipfile.ZipFile, manifest: Manifest) -> None:
        self.path, self.manifest, self._opened = path, manifest, opened

    def read(self, name: str) -> bytes:
        """A small file."""
        return self._opened.read(name)

    def stream(self, name: str) -> IO[bytes]:
        """A large one, from its beginning."""
        return self._opened.open(name)


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """An archive to read. Raises Refused when it is none of ours, is damaged, or is not whole."""
    try:
        found = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise Refused(f"{path} is no backup of Kefu's, or it is damaged ({error}).") from error
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror or error}.") from error
    with found:
        yield Archive(path, found, _checked(path, found))


def _checked(path: Path, found: zipfile.ZipFile) -> Manifest:
    """The manifest, once every file was held against it."""
    try:
        manifest = read_manifest(found.read(NAME))
        named = {**{dump_name(name): one for name, one in manifest.databases.items()}, **manifest.files}
        if set(found.namelist()) != {NAME, *named}:
            raise Refused(f"{path} does not hold the files that its manifest names.")
        for name, entry in named.items():
            with found.open(name) as member:
                if _counted(member) != (entry.size, entry.sha256):
                    raise Refused(f"{path} is damaged: {name} is not what was written.")
    except KeyError as error:
        raise Refused(f"{path} is no backup of Kefu's: it has no manifest.") from error
    except (zipfile.BadZipFile, EOFError, OSError) as error:
        raise Refused(f"{path} is damaged ({error}).") from error
    return manifest


def dump_name(database: str) -> str:
    """The file of a database."""
    return f"{database}.dump"


def _counted(member: IO[bytes]) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    while piece := member.read(PIECE):
        digest.update(piece)
        size += len(piece)
    return size, digest.hexdigest()
