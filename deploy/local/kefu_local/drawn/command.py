"""`kefu gen-secrets`: new secrets, once. A file is made with mode 0600, and one that exists is left alone."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kefu_local.drawn.secrets import as_env, as_manifests, by_secret, draw
from kefu_local.refused import Refused
from kefu_local.say import complain

app = typer.Typer(add_completion=False)


class Form(StrEnum):
    """How they are written."""

    ENV = "env"
    KUBERNETES = "kubernetes"


@app.command()
def gen_secrets(
    form: Annotated[Form, typer.Option("--as", help="An env file, or Secrets for Kubernetes.")] = Form.ENV,
    out: Annotated[
        Path | None, typer.Option(help="The file to make; without it Secrets go to stdout, variables to kefu.env.")
    ] = None,
    admin: Annotated[str, typer.Option(help="The first admin's e-mail address.")] = "admin@example.com",
    namespace: Annotated[str, typer.Option(help="Kubernetes: the namespace.")] = "kefu",
    bus: Annotated[str, typer.Option(help="Kubernetes: the bus.")] = "kafka://kafka:9092",
    database_host: Annotated[str, typer.Option(help="Kubernetes: host:port of the databases.")] = "postgres:5432",
) -> None:
    """Draw the identity keys, signing secrets and passwords of a deployment. Each run draws new ones; keep them."""
    drawn = draw(admin)
    if form is Form.ENV:
        out = out or Path("kefu.env")
        text = as_env(drawn)
    else:
        text = as_manifests(by_secret(drawn, bus=bus, database_host=database_host), namespace)
    if out is None:
        sys.stdout.write(text)
        return
    write_once(out, text)
    complain(f"{out} holds the secrets, readable by you alone. Keep a copy where secrets are kept.")


def write_once(path: Path, text: str) -> None:
    """Make a file of mode 0600 with this text. Raises Refused, and changes nothing, when there is something already."""
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refused(f"{path} exists already and is left as it is: name another file with --out.") from None
    except OSError as error:
        raise Refused(f"{path}: {error.strerror}.") from error
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(text)
