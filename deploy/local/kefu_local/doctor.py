"""`kefu doctor`: every error at once, rather than one at each attempt to start."""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from pydantic_settings import BaseSettings

from common.bus.kafka_access import SCHEMES, WrongAddress, read_access
from common.embedded.ports import is_free
from kefu_local import plan
from kefu_local.keys import Keys
from kefu_local.place import Place
from kefu_local.refused import Refused
from kefu_local.say import say
from kefu_local.test import all_needs

app = typer.Typer(add_completion=False)

_GIGABYTE = 1024**3
_DISK = 2 * _GIGABYTE
_MEMORY = 1 * _GIGABYTE


@app.command()
def doctor(
    data: Annotated[Path | None, typer.Option(help="The data folder of the platform.")] = None,
    port: Annotated[int, typer.Option(help="The port of the gateway.")] = 8080,
) -> None:
    """Check the machine, the data folder and every setting. Exit code 1 when anything would keep Kefu from running."""
    place = Place(data)
    errors = [*machine_errors(place), *place_errors(place, port), *settings_errors(os.environ)]
    for error in errors:
        say(f"ERROR  {error}")
    for need in all_needs():
        say(f"note   The tests marked `{need.marker}` cannot run here: {need.missing}")
    say(f"{len(errors)} errors." if errors else "Nothing is wrong.")
    sys.exit(1 if errors else 0)


def machine_errors(place: Place) -> Iterator[str]:
    """Too little disk or memory, packages missing."""
    nearest = next(path for path in (place.folder, *place.folder.parents) if path.exists())
    free = shutil.disk_usage(nearest).free
    if free < _DISK:
        yield f"{nearest} has {free / _GIGABYTE:.1f} GB free; at least {_DISK / _GIGABYTE:g} GB are needed."
    available = _available_memory()
    if available is not None and available < _MEMORY and not place.taken():
        yield f"{available / _GIGABYTE:.1f} GB of memory are available; at least {_MEMORY / _GIGABYTE:g} GB are needed."
    for member in plan.MEMBERS:
        if importlib.util.find_spec(plan.module_of(member)) is None:
            yield f"The package {plan.module_of(member)} cannot be imported; run ./kefu from a complete checkout."


def place_errors(place: Place, port: int) -> Iterator[str]:
    """A data folder that cannot be used, or a port that is taken by somebody else."""
    try:
        place.check()
    except Refused as reason:
        yield str(reason)
    if not place.taken() and not is_free(port):
        yield f"Port {port} is in use by another program; choose one with --port."


def settings_errors(given: Mapping[str, str]) -> Iterator[str]:
    """What each member's settings would refuse of the environment it would get."""
    keys = Keys("-", "-", dict.fromkeys(plan.MEMBERS, "x" * 43))
    urls = {name: f"postgresql://{name}:x@127.0.0.1:5432/{name}" for name in plan.DATABASES}
    wanted = plan.Wanted(
        ports=dict.fromkeys(plan.MEMBERS, 1), databases=urls, bus=given.get("KEFU_BUS") or urls[plan.BUS], keys=keys,
        admin=("admin@example.com", "x" * 16), given=given,
    )  # fmt: skip
    seen: set[str] = set()
    for process in (*plan.services(wanted), plan.gateway(wanted)):
        for error in refused_by(process.module, process.environment):
            if error not in seen:
                seen.add(error)
                yield error
    scheme = wanted.bus.partition("://")[0]
    if scheme in SCHEMES:
        try:
            read_access(wanted.bus)
        except WrongAddress as error:
            yield f"KEFU_BUS: {error}"
    elif scheme not in ("postgres", "postgresql"):
        yield f"KEFU_BUS: {scheme!r} is no bus that Kefu speaks; use kafka://host:port or postgresql://…"


def refused_by(package: str, environment: Mapping[str, str]) -> Iterator[str]:
    """What the settings of a package would refuse of an environment: the variable and the rule, never the value."""
    name = f"{package}.settings" if importlib.util.find_spec(f"{package}.settings") else "common.settings"
    module = importlib.import_module(name)
    found = [value for value in vars(module).values() if isinstance(value, type) and issubclass(value, BaseSettings)]
    for settings in (one for one in found if one is not BaseSettings):
        prefix = str(settings.model_config.get("env_prefix", ""))
        try:
            with _environment(environment):
                settings()
        except (ValidationError, OSError) as refused:
            yield from _named(refused, prefix)


def _named(refused: ValidationError | OSError, prefix: str) -> Iterator[str]:
    if isinstance(refused, OSError):
        yield str(refused)
        return
    for error in refused.errors(include_input=False, include_url=False):
        # Only the name and the rule: the value may be a secret.
        name = "_".join(str(part) for part in error["loc"])
        yield f"{prefix}{name}".upper() + f": {error['msg']}" if name else error["msg"]


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _available_memory() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")), None)
