from datetime import timedelta

import pytest

from common.contracts.gateway import UserCreated, UserUpdated
from common.testing.stage import Stage
from gateway.people.session import COOKIE

NEW = {"email": "Li.Lei@Example.com", "name": "李雷", "role": "agent", "language": "zh", "password": "correct horse 9"}
LOGIN = {"email": "li.lei@example.com", "password": "correct horse 9"}


HOURS_11 = timedelta(hours=11)


async def add(client, **changes):
    answer = await client.post("/v1/users", json={**NEW, **changes})
    assert answer.status_code == 201, answer.text
    return answer


@pytest.mark.asyncio
async def test_an_admin_adds_a_user_who_then_logs_in(stage: Stage, sign_in) -> None:
    admin = await sign_in("admin")
    added = await add(admin)
    assert added.headers["etag"] == '"1"'
    assert added.headers["location"] == f"/v1/users/{added.json()['id']}"
    assert "password" not in added.text

    stranger = stage.stranger()
    answer = await stranger.post("/v1/login", json=LOGIN)
    assert answer.status_code == 200
    assert answer.json()["user"]["email"] == "li.lei@example.com"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    me = await stranger.get("/v1/me")
    assert me.json()["role"] == "agent"
    assert "tickets:write" in me.json()["permissions"]
    assert "users:write" not in me.json()["permissions"]


@pytest.mark.asyncio
async def test_the_platform_is_told_of_new_and_changed_users(stage: Stage, sign_in) -> None:
    admin = await sign_in("admin")
    added = (await add(admin)).json()
    changed = await admin.patch(f"/v1/users/{added['id']}", json={"name": "李磊"}, headers={"if-match": '"1"'})
    assert changed.json()["version"] == 2
    said = [one for one in await stage.said("user.created", "user.updated") if str(one.about) == added["id"]]
    assert [(one.type, one.version) for one in said] == [("user.created", 1), ("user.updated", 2)]
    assert isinstance(said[0].data, UserCreated)
    assert isinstance(said[1].data, UserUpdated)
    assert said[1].data.name == "李磊"


@pytest.mark.asyncio
async def test_the_session_is_kept_only_as_a_hash(stage: Stage, sign_in) -> None:
    await add(await sign_in("admin"))
    stranger = stage.stranger()
    await stranger.post("/v1/login", json=LOGIN)
    token = stranger.cookies[COOKIE]
    assert len(token) >= 43
    assert all(token.encode() != row.token_hash for row in await stage.rows("session"))


@pytest.mark.asyncio
async def test_logging_out_ends_the_session(stage: Stage, sign_in) -> None:
    await add(await sign_in("admin"))
    client = stage.stranger()
    await client.post("/v1/login", json=LOGIN)
    token = client.cookies[COOKIE]
    assert (await client.post("/v1/logout")).status_code == 204
    assert COOKIE not in client.cookies
    thief = stage.stranger()
    assert (await thief.get("/v1/me", headers={"cookie": f"{COOKIE}={token}"})).status_code == 401


@pytest.mark.asyncio
async def test_a_space_at_its_end_is_part_of_a_password(stage: Stage, sign_in) -> None:
    await add(await sign_in("admin"), password="correct horse ")
    stranger = stage.stranger()
    assert (await stranger.post("/v1/login", json={**LOGIN, "password": "correct horse"})).status_code == 401
    assert (await stranger.post("/v1/login", json={**LOGIN, "password": "correct horse "})).status_code == 200


@pytest.mark.asyncio
async def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(stage: Stage, sign_in) -> None:
    await add(await sign_in("admin"))
    stranger = stage.stranger()
    wrong = await stranger.post("/v1/login", json={**LOGIN, "password": "wrong"})
    unknown = await stranger.post("/v1/login", json={**LOGIN, "email": "nobody@example.com"})
    assert wrong.status_code == unknown.status_code == 401
    left_out = {"trace_id"}
    assert {k: v for k, v in wrong.json().items() if k not in left_out} == {
        k: v for k, v in unknown.json().items() if k not in left_out
    }


@pytest.mark.asyncio
async def test_repeated_failures_have_to_wait_and_then_may_try_again(stage: Stage, sign_in) -> None:
    await add(await sign_in("admin"))
    stranger = stage.stranger()
    for _ in range(5):
        assert (await stranger.post("/v1/login", json={**LOGIN, "password": "wrong"})).status_code == 401
    refused = await stranger.post("/v1/login", json=LOGIN)
    assert refused.status_code == 429
    assert refused.json()["type"] == "urn:kefu:problem:too-many-attempts"
    assert int(refused.headers["retry-after"]) >= 1
    stage.clock.forward(timedelta(seconds=int(refused.headers["retry-after"])))
    assert (await stranger.post("/v1/login", json=LOGIN)).status_code == 200
    assert (await stranger.post("/v1/login", json={**LOGIN, "password": "wrong"})).status_code == 401


@pytest.mark.asyncio
async def test_a_disabled_user_is_out_from_the_answer_on(stage: Stage, sign_in) -> None:
    admin = await sign_in("admin")
    added = (await add(admin)).json()
    client = stage.stranger()
    await client.post("/v1/login", json=LOGIN)
    assert (await client.get("/v1/me")).status_code == 200
    gone = await admin.patch(f"/v1/users/{added['id']}", json={"active": False}, headers={"if-match": '"1"'})
    assert gone.json()["active"] is False
    assert (await client.get("/v1/me")).status_code == 401
    assert (await stage.stranger().post("/v1/login", json=LOGIN)).status_code == 401


@pytest.mark.asyncio
async def test_a_session_lives_twelve_hours_from_its_last_use(stage: Stage, sign_in) -> None:
    client = await sign_in("agent")
    for _ in range(3):
        stage.clock.forward(HOURS_11)
        assert (await client.get("/v1/me")).status_code == 200
    stage.clock.forward(HOURS_11 + HOURS_11)
    assert (await client.get("/v1/me")).status_code == 401


@pytest.mark.asyncio
async def test_changing_the_own_password_asks_for_the_current_one_and_ends_all_sessions(stage: Stage, sign_in) -> None:
    await add(await sign_in("admin"))
    client = stage.stranger()
    client.headers["x-kefu-csrf"] = "1"
    await client.post("/v1/login", json=LOGIN)
    token = client.cookies[COOKIE]
    wrong = await client.post("/v1/me/password", json={"current": "wrong", "new": "another horse 9"})
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["pointer"] == "/current"
    changed = await client.post("/v1/me/password", json={"current": LOGIN["password"], "new": "another horse 9"})
    assert changed.status_code == 204
    assert (await client.get("/v1/me", headers={"cookie": f"{COOKIE}={token}"})).status_code == 401
    again = await stage.stranger().post("/v1/login", json={**LOGIN, "password": "another horse 9"})
    assert again.status_code == 200


@pytest.mark.asyncio
async def test_an_address_is_taken_once_however_it_is_written(sign_in) -> None:
    admin = await sign_in("admin")
    await add(admin)
    again = await admin.post("/v1/users", json={**NEW, "email": "LI.LEI@EXAMPLE.COM"})
    assert again.status_code == 409


@pytest.mark.asyncio
async def test_the_last_admin_can_neither_be_disabled_nor_demoted(sign_in) -> None:
    admin = await sign_in("admin")
    own = (await admin.get("/v1/me")).json()["id"]
    for change in ({"active": False}, {"role": "agent"}):
        refused = await admin.patch(f"/v1/users/{own}", json=change, headers={"if-match": '"1"'})
        assert refused.status_code == 409, refused.text
    await sign_in("admin")
    allowed = await admin.patch(f"/v1/users/{own}", json={"role": "agent"}, headers={"if-match": '"1"'})
    assert allowed.json()["role"] == "agent"


@pytest.mark.asyncio
async def test_a_change_says_which_version_it_saw(sign_in) -> None:
    admin = await sign_in("admin")
    own = (await admin.get("/v1/me")).json()["id"]
    assert (await admin.patch(f"/v1/users/{own}", json={"name": "A"})).status_code == 428
    stale = await admin.patch(f"/v1/users/{own}", json={"name": "A"}, headers={"if-match": '"7"'})
    assert stale.status_code == 412
    assert stale.headers["etag"] == '"1"'


@pytest.mark.asyncio
async def test_users_are_listed_page_by_page_newest_first(sign_in) -> None:
    admin = await sign_in("admin")
    for number in range(3):
        await add(admin, email=f"agent{number}@example.com")
    seen, cursor = [], None
    while True:
        query = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = (await admin.get("/v1/users", params=query)).json()
        seen += [one["email"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == ["agent2@example.com", "agent1@example.com", "agent0@example.com", "admin.0@example.com"]
    agents = (await admin.get("/v1/users", params={"role": "agent"})).json()["items"]
    assert len(agents) == 3


@pytest.mark.asyncio
@pytest.mark.parametrize("role", ["agent", "supervisor"])
async def test_only_admins_may_change_users(sign_in, role: str) -> None:
    client = await sign_in(role)
    assert (await client.post("/v1/users", json=NEW)).status_code == 403


@pytest.mark.asyncio
async def test_the_demo_login_exists_only_in_demo_mode(stage: Stage) -> None:
    assert (await stage.stranger().post("/v1/demo-login", headers={"host": "localhost"})).status_code == 404


@pytest.mark.asyncio
async def test_the_demo_login_lets_a_supervisor_in_every_time(make_stage) -> None:
    stage = await make_stage(demo=True)
    for _ in range(2):
        client = stage.stranger()
        answer = await client.post("/v1/demo-login", headers={"host": "127.0.0.1:8080"})
        assert answer.json()["user"]["role"] == "supervisor"
        assert (await client.get("/v1/me")).status_code == 200
    assert len(await stage.rows("person")) == 1


@pytest.mark.asyncio
async def test_another_site_can_log_nobody_in(stage: Stage) -> None:
    answer = await stage.stranger().post("/v1/login", json=LOGIN, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
