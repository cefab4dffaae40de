"""The gateway's process: what it does at its start and its end, and when its database is away."""

import asyncio
import base64

import pytest
import sqlalchemy as sa

from common.clock import SystemClock
from common.db import Database
from common.http.app import Platform
from common.http.cursors import Cursors
from common.http.identity import Verifier
from common.testing.stage import SECRET, Stage, keys
from gateway.app import build
from gateway.made_of import SERVICE
from gateway.people.bootstrap import keep_trying
from gateway.settings import GatewaySettings

FIRST = {"email": "root@example.com", "password": "a good long one"}


@pytest.mark.asyncio
async def test_at_its_start_the_first_admin_is_made(make_stage) -> None:
    stage = await make_stage(bootstrap_admin_email=FIRST["email"], bootstrap_admin_password=FIRST["password"])
    async with stage.app.router.lifespan_context(stage.app):
        assert (await stage.stranger().post("/v1/login", json=FIRST)).status_code == 200
    async with stage.app.router.lifespan_context(stage.app):
        assert len(await stage.rows("person")) == 1


@pytest.mark.asyncio
async def test_the_first_admin_is_made_as_soon_as_the_database_is_migrated(stage: Stage) -> None:
    async with stage.database.transaction() as db:
        await db.execute(sa.text("ALTER TABLE person RENAME TO not_yet"))
    trying = asyncio.create_task(keep_trying(stage.database, FIRST["email"], FIRST["password"], stage.clock))
    await asyncio.sleep(0.2)
    assert not trying.done()
    async with stage.database.transaction() as db:
        await db.execute(sa.text("ALTER TABLE not_yet RENAME TO person"))
    async with asyncio.timeout(10):
        await trying
    assert [row.role for row in await stage.rows("person")] == ["admin"]


@pytest.mark.asyncio
async def test_while_the_database_is_away_callers_are_told_to_ask_again() -> None:
    given = {"database_url": "postgresql://x:y@127.0.0.1:1/z", "bus": "kafka://127.0.0.1:1", "signing_secret": SECRET}
    settings = GatewaySettings(**given, identity_public_key=keys()[1], identity_private_key=keys()[0])
    database = Database(settings.database_url)
    platform = Platform(settings, SystemClock(), database, Verifier(keys()[1]), Cursors(SECRET), "gateway")
    away = Stage(SERVICE, database, platform.clock, build(platform)).stranger()
    for path in ("/v1/tickets", "/v1/users"):
        answer = await away.get(path, headers={"authorization": f"Bearer kefu_{'0' * 32}_{'A' * 43}"})
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "2"
    assert (await away.get("/livez")).status_code == 200
    assert (await away.get("/readyz")).status_code == 503
    await database.close()


@pytest.mark.asyncio
async def test_a_credential_of_another_kind_is_refused_with_a_hint(stage: Stage) -> None:
    basic = base64.b64encode(b"root:secret").decode()
    answer = await stage.stranger().get("/v1/users", headers={"authorization": f"Basic {basic}"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "kefu_" in answer.json()["detail"]
