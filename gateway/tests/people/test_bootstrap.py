import pytest

from common.testing.stage import Stage
from gateway.people.bootstrap import make_first_admin

FIRST = ("Root@Example.com", "a good long one")


@pytest.mark.asyncio
async def test_the_first_admin_is_made_once_and_can_log_in(stage: Stage) -> None:
    assert await make_first_admin(stage.database, *FIRST, now=stage.clock.now())
    assert not await make_first_admin(stage.database, *FIRST, now=stage.clock.now())
    answer = await stage.stranger().post("/v1/login", json={"email": FIRST[0], "password": FIRST[1]})
    assert answer.json()["user"]["role"] == "admin"
    assert [one.type for one in await stage.said()] == ["user.created"]


@pytest.mark.asyncio
async def test_nobody_is_made_where_somebody_is(stage: Stage, sign_in) -> None:
    await sign_in("agent")
    assert not await make_first_admin(stage.database, *FIRST, now=stage.clock.now())
    assert len(await stage.rows("person")) == 1
