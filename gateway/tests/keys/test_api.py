import asyncio
from datetime import timedelta

import httpx
import pytest
import sqlalchemy as sa

from common.http.identity import NotIdentified
from common.testing.stage import Stage


async def issue(client: httpx.AsyncClient, **wanted: object) -> dict:
    answer = await client.post("/v1/keys", json={"name": "crm", **wanted})
    assert answer.status_code == 201, answer.text
    return answer.json()


def with_key(stage: Stage, token: str) -> httpx.AsyncClient:
    client = stage.stranger()
    client.headers["authorization"] = f"Bearer {token}"
    return client


@pytest.mark.asyncio
async def test_a_key_lets_a_program_in_with_its_role_and_scopes(stage: Stage, sign_in) -> None:
    issued = await issue(await sign_in("admin"), scopes=["tickets:read"])
    me = (await with_key(stage, issued["token"]).get("/v1/me")).json()
    assert me["kind"] == "key"
    assert me["role"] == "integration"
    assert me["permissions"] == ["tickets:read"]


@pytest.mark.asyncio
async def test_the_secret_is_shown_once_and_kept_only_as_a_hash(stage: Stage, sign_in) -> None:
    admin = await sign_in("admin")
    secret = (await issue(admin))["token"].split("_", 2)[2]
    assert secret not in (await admin.get("/v1/keys")).text
    assert secret not in str(await stage.rows("api_key"))
    assert await stage.rows("idempotency") == []


@pytest.mark.asyncio
async def test_a_revoked_key_opens_nothing_from_the_answer_on(stage: Stage, sign_in) -> None:
    admin = await sign_in("admin")
    issued = await issue(admin)
    program = with_key(stage, issued["token"])
    assert (await program.get("/v1/me")).status_code == 200
    for _ in range(2):
        assert (await admin.delete(f"/v1/keys/{issued['id']}")).status_code == 204
    refused = await program.get("/v1/me")
    assert refused.status_code == 401
    assert refused.headers["content-type"] == "application/problem+json"


@pytest.mark.asyncio
async def test_a_key_that_another_process_revoked_opens_nothing_after_five_seconds(stage: Stage, sign_in) -> None:
    program = with_key(stage, (await issue(await sign_in("admin")))["token"])
    assert (await program.get("/v1/me")).status_code == 200
    async with stage.database.transaction() as db:
        await db.execute(sa.text("UPDATE api_key SET revoked_at = now()"))
    stage.clock.forward(timedelta(seconds=5))
    assert (await program.get("/v1/me")).status_code == 401


@pytest.mark.asyncio
async def test_who_was_looked_up_before_a_change_is_not_remembered_after_it(stage: Stage, sign_in) -> None:
    token = (await issue(await sign_in("admin")))["token"]
    identities, headers = stage.app.state.identities, {"authorization": f"Bearer {token}"}
    async with stage.database.transaction() as db:
        await db.execute(sa.text("LOCK TABLE api_key IN ACCESS EXCLUSIVE MODE"))
        looking = asyncio.create_task(identities.of(headers))
        await asyncio.sleep(0.1)
        identities.forget()
    assert (await looking).kind == "key"
    async with stage.database.transaction() as db:
        await db.execute(sa.text("UPDATE api_key SET revoked_at = now()"))
    with pytest.raises(NotIdentified):
        await identities.of(headers)


@pytest.mark.asyncio
async def test_a_key_ends_when_it_was_said_to(stage: Stage, sign_in) -> None:
    end = stage.clock.now() + timedelta(hours=1)
    program = with_key(stage, (await issue(await sign_in("admin"), expires_at=end.isoformat()))["token"])
    assert (await program.get("/v1/me")).status_code == 200
    stage.clock.forward(timedelta(hours=1))
    assert (await program.get("/v1/me")).status_code == 401


@pytest.mark.asyncio
async def test_two_keys_of_a_name_live_at_a_time_for_rotation(sign_in) -> None:
    admin = await sign_in("admin")
    answers = await asyncio.gather(*(admin.post("/v1/keys", json={"name": "crm"}) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 201, 409, 409]
    old = (await admin.get("/v1/keys")).json()["items"][-1]
    await admin.delete(f"/v1/keys/{old['id']}")
    assert (await admin.post("/v1/keys", json={"name": "crm"})).status_code == 201
    assert len((await admin.get("/v1/keys")).json()["items"]) == 3


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("wanted", "pointer"),
    [
        ({"scopes": ["users:write"]}, "/scopes"),
        ({"scopes": ["made:up"]}, "/scopes"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "/expires_at"),
        ({"role": "king"}, "/role"),
        ({"name": "a\u0000b"}, "/name"),
        ({"more": 1}, "/more"),
    ],
)
async def test_a_wrong_wish_is_refused_and_the_field_named(sign_in, wanted: dict, pointer: str) -> None:
    answer = await (await sign_in("admin")).post("/v1/keys", json={"name": "crm", **wanted})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


@pytest.mark.asyncio
async def test_a_limited_key_cannot_make_a_mightier_one(stage: Stage, sign_in) -> None:
    issued = await issue(await sign_in("admin"), role="admin", scopes=["keys:write", "tickets:read"])
    program = with_key(stage, issued["token"])
    assert (await program.post("/v1/keys", json={"name": "more", "role": "admin"})).status_code == 403
    assert (await program.post("/v1/keys", json={"name": "as much", "scopes": ["tickets:read"]})).status_code == 201


@pytest.mark.asyncio
async def test_a_guess_is_no_key(stage: Stage, sign_in) -> None:
    issued = await issue(await sign_in("admin"))
    for token in ("x", "kefu_", issued["token"][:-1], issued["token"] + "A", "kefu_" + "0" * 32 + "_" + "A" * 43):
        assert (await with_key(stage, token).get("/v1/me")).status_code == 401, token


@pytest.mark.asyncio
async def test_revoking_what_is_not_there_is_not_found(sign_in) -> None:
    admin = await sign_in("admin")
    assert (await admin.delete("/v1/keys/01995f2e-0000-7000-8000-000000000000")).status_code == 404
