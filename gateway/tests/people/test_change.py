import asyncio

import pytest

from common.testing.stage import Stage


@pytest.mark.asyncio
async def test_of_two_admins_who_demote_each_other_at_once_one_stays(stage: Stage, sign_in) -> None:
    one, two = await sign_in("admin"), await sign_in("admin")
    ids = [(await client.get("/v1/me")).json()["id"] for client in (one, two)]
    answers = await asyncio.gather(
        one.patch(f"/v1/users/{ids[1]}", json={"role": "agent"}, headers={"if-match": '"1"'}),
        two.patch(f"/v1/users/{ids[0]}", json={"role": "agent"}, headers={"if-match": '"1"'}),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert len(await stage.rows("person", role="admin")) == 1


@pytest.mark.asyncio
async def test_a_change_that_changes_nothing_says_nothing(stage: Stage, sign_in) -> None:
    admin = await sign_in("admin")
    own = (await admin.get("/v1/me")).json()
    same = await admin.patch(f"/v1/users/{own['id']}", json={"name": "Admin"}, headers={"if-match": '"1"'})
    assert same.json()["version"] == 1
    assert await stage.said("user.updated") == []
