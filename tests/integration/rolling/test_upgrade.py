"""An upgrade without a pause: the code of an earlier commit works on the schema of this one, new workers beside it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import asyncpg
import pytest

from common.embedded.postgres import Server
from common.migrate import migrate
from integration.rolling.clients import logged_in
from integration.rolling.deployment import ADMIN, Nursery, cluster
from kefu_local import plan
from kefu_local.install import workspace
from kefu_local.ready import probe
from kefu_local.verify.history import load
from kefu_local.verify.run import Target, verify

ROOT = Path(__file__).parents[3]
FROM = ROOT / "deploy" / "upgrade-from"
"""The commit that is upgraded from: the last release, or one of main whose lock has all that its code needs."""


@pytest.fixture(scope="module")
def old_code(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which Python finds the packages as they were."""
    commit, folder = FROM.read_text().strip(), tmp_path_factory.mktemp("old")
    got = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=False)
    if got.returncode:
        pytest.fail(f"{commit} of {FROM} is not in this clone (a shallow one?): fetch it. {got.stderr.decode()}", False)
    with tarfile.open(fileobj=BytesIO(got.stdout)) as archive:
        archive.extractall(folder, filter="data")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, workspace(folder)))}
    asked = "import common, kefu_local, gateway, ticket_svc as t; print(common.__file__, gateway.__file__, t.__file__)"
    found = subprocess.run(
        [sys.executable, "-P", "-c", asked], env=environment, capture_output=True, text=True, check=True
    )
    assert all(path.startswith(str(folder)) for path in found.stdout.split()), found.stdout
    return environment


@pytest.fixture(scope="module")
def old(old_code: dict[str, str]) -> Iterator[Nursery]:
    made = Nursery(old_code)
    yield made
    made.close()


@pytest.fixture(scope="module")
def new() -> Iterator[Nursery]:
    made = Nursery(os.environ)
    yield made
    made.close()


@pytest.fixture(scope="module")
def server(passable_folder: Path) -> Iterator[Server]:
    made = Server(passable_folder / "upgrade" / "postgres", options={"max_connections": "400", "fsync": "off"})
    made.start()
    yield made
    made.stop()


def migrate_with(old_code: dict[str, str], databases: dict[str, str]) -> None:
    """Bring the databases to the schema of the earlier commit."""
    for member in plan.MEMBERS:
        code = f"import asyncio; from common.migrate import migrate; asyncio.run(migrate({databases[member]!r}, "
        code += f"{plan.module_of(member)!r}))"
        subprocess.run([sys.executable, "-P", "-c", code], env=old_code, check=True)


async def created(url: str) -> int:
    """The status of asking for a ticket."""
    body = {"text": "hello", "customer": {"name": "x"}}
    async with logged_in(url) as http, http.post("/v1/tickets", json=body) as answer:
        return answer.status


@pytest.mark.asyncio
async def test_old_code_works_on_the_new_schema_beside_new_workers_and_new_code_waits_for_it(
    old_code: dict[str, str], old: Nursery, new: Nursery, server: Server, tmp_path: Path
) -> None:
    async with cluster(tmp_path, server) as running:
        await asyncio.to_thread(migrate_with, old_code, dict(running.databases))
        await running.roll([*running.deployments], old)

        deployment = running.deployments["ticket-api"]
        waiting = deployment.launch(new)
        async with asyncio.timeout(60):
            while (said := await asyncio.to_thread(probe, waiting.port, "/readyz"))[0] == 0:
                await asyncio.sleep(0.1)
        assert said[0] == 503
        assert "and this code needs" in said[1], said
        for member in plan.MEMBERS:
            await migrate(running.databases[member], plan.module_of(member))
        await deployment.ready(waiting)

        await asyncio.gather(*(running.deployments[f"{one}-{plan.WORKER}"].start(new) for one in plan.MEMBERS))
        kept = tmp_path / "history.jsonl"
        target = Target(running.url, ADMIN, running.bus)
        verdict = await verify(target, creates=30, clients=4, history=kept, patience=20)
        assert verdict.whole, verdict.tell()
        failed = [f"{call.kind}: {call.status} {call.trace}" for call in load(kept).calls.values() if call.faults]
        assert failed == []
        assert verdict.acknowledged > 30
        assert await created(running.url) == 201
        # What is planted last: a migration that takes something away would be noticed.
        owner = await asyncpg.connect(running.databases["ticket"])
        await owner.execute("ALTER TABLE ticket RENAME COLUMN subject TO title")
        await owner.close()
        assert await created(running.url) >= 500
        running.kill()
