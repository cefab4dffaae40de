"""The quickstart's Postgres: its script, run on a real one, makes what the drawn Secrets count on."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from common.embedded.postgres import Server
from common.embedded.postgres_binaries import binaries, run_as
from k8s.checks.reading import called
from k8s.kustomize import K8S, build
from kefu_local.drawn.secrets import by_secret, draw, secret_of
from kefu_local.plan import MEMBERS


@pytest.fixture
def empty_server(passable_folder: Path) -> Iterator[Server]:
    """One of its own: the roles are those of a platform."""
    server = Server(passable_folder / "single-node")
    server.start()
    yield server
    server.stop()


def script() -> str:
    documents = build(K8S / "overlays" / "quickstart")
    (found,) = (one["data"]["databases.sh"] for one in documents if called(one) == "ConfigMap/postgres-init")
    return str(found)


@pytest.mark.asyncio
async def test_each_member_opens_its_own_database_with_the_drawn_password_and_no_other(empty_server: Server) -> None:
    superuser = urlsplit(empty_server.superuser_url)
    host = f"{superuser.hostname}:{superuser.port}"
    table = by_secret(draw("admin@example.com"), bus="kafka://kafka:9092", database_host=host)
    environment = table["postgres"] | {
        "POSTGRES_USER": superuser.username or "",
        "PGHOST": superuser.hostname or "",
        "PGPORT": str(superuser.port),
        "PGPASSWORD": superuser.password or "",
        "PATH": f"{binaries(empty_server.home, run_as())}:{os.environ['PATH']}",
    }
    running = await asyncio.create_subprocess_exec("bash", "-e", "-c", script(), env=environment)
    assert await running.wait() == 0
    for member, other in zip(MEMBERS, (*MEMBERS[1:], MEMBERS[0]), strict=True):
        url = table[secret_of(member)]["KEFU_DATABASE_URL"]
        connection = await asyncpg.connect(url)
        await connection.execute("CREATE TABLE mine (id int)")
        await connection.close()
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(urlsplit(url)._replace(path=f"/{other}").geturl())
