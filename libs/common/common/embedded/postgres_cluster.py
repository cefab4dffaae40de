"""The folder of a Postgres cluster: whether it is ours, and how a new one is made."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from pathlib import Path

from common.embedded.kept import Kept, write_private
from common.embedded.postgres_binaries import MAJOR, RunAs

SUPERUSER = "kefu"


class StartFailed(Exception):
    """Postgres did not start; the message ends with what it logged."""


class ForeignData(StartFailed):
    """The data folder holds something that is not a cluster of this Postgres version, or its passwords are lost."""


class CommandFailed(Exception):
    """The running server refused a statement of the launcher."""


def is_ours(data: Path, kept: Kept) -> bool:
    """Whether `data` is a cluster we can start; False when there is none yet. Raises ForeignData."""
    if not data.exists() or not any(data.iterdir()):
        return False
    version = data / "PG_VERSION"
    if not version.exists():
        raise ForeignData(f"{data} is not empty and is no Postgres data folder; it was left untouched.")
    if version.read_text().strip() != MAJOR:
        raise ForeignData(f"{data} was made by Postgres {version.read_text().strip()}, this is {MAJOR}.")
    if "superuser" not in kept.read():
        raise ForeignData(f"{kept.path}, which holds the passwords of {data}, is missing.")
    return True


def make_cluster(data: Path, kept: Kept, *, bin_folder: Path, user: RunAs, durable: bool) -> None:
    """Run initdb in a folder of its own and rename it, so that an interruption leaves no half-made cluster.

    The superuser's new password is kept before the cluster that needs it appears. Raises StartFailed.
    """
    fresh, password_file = data.with_name("data.new"), data.with_name("password.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    user.give(fresh)
    password = secrets.token_urlsafe(24)
    kept.update(superuser=password, roles={})
    write_private(password_file, password)
    user.give(password_file)
    command: list[str | Path] = [bin_folder / "initdb", "-D", fresh, "-U", SUPERUSER, f"--pwfile={password_file}", "-k"]
    command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", *([] if durable else ["--no-sync"])]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", **user.options())
    password_file.unlink()
    if result.returncode != 0:
        raise StartFailed(f"initdb failed: {result.stderr.strip() or result.stdout.strip()}")
    if data.exists():
        data.rmdir()
    fresh.rename(data)


def run_psql(bin_folder: Path, port: int, kept: Kept, *, database: str, script: str) -> str:
    """Run statements as the superuser and answer what psql printed. Raises CommandFailed."""
    # The script goes by stdin and the password by the environment: everybody may read a process's arguments.
    secret = {"PGPASSWORD": kept.read()["superuser"], "PGOPTIONS": "-c client_min_messages=warning"}
    command: list[str | Path] = [bin_folder / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
    command += ["-h", "127.0.0.1", "-p", str(port), "-U", SUPERUSER, "-d", database]
    result = subprocess.run(
        command, input=script, env={**os.environ, **secret}, capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        raise CommandFailed(result.stderr.strip())
    return result.stdout
