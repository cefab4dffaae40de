"""Views that are shared with a team: its members see them, nobody else does, and who leaves sees them no more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from common.contracts.gateway import UserCreated
from common.http.identity import Caller
from common.ids import new_id
from common.testing.stage import Stage, a_caller

pytestmark = pytest.mark.asyncio

OPEN = {"all": [{"field": "status", "operator": "is", "value": "new"}]}
Json = dict[str, Any]


class Team:
    """A supervisor who founded a team, a member of it, and an agent of none."""

    def __init__(self, stage: Stage, boss: httpx.AsyncClient, own: httpx.AsyncClient, other: httpx.AsyncClient) -> None:
        self.stage, self.boss, self.own, self.other = stage, boss, own, other
        self.id = self.member = ""

    async def found(self, member: Caller) -> None:
        """Found it, with this member."""
        hired = UserCreated(user_id=member.id, name=member.name, role="agent", language="zh")
        await self.stage.hear(hired, about=member.id)
        self.id = (await self.boss.post("/v1/teams", json={"name": "售后"})).json()["id"]
        self.member = str(member.id)
        told = await self.change(add=[self.member])
        assert told["members"] == [{"id": self.member, "name": member.name, "active": True}]

    async def change(self, status: int = 200, **who: list[str]) -> Json:
        """Let some come, and others go."""
        answer = await self.boss.patch(f"/v1/teams/{self.id}/members", json=who)
        assert answer.status_code == status, answer.text
        found: Json = answer.json()
        return found

    async def share(self, client: httpx.AsyncClient, status: int = 201, **more: Any) -> Json:
        """Keep a view for the team."""
        body = {"name": "待处理", "conditions": OPEN, "shared": "team", "team_id": self.id, **more}
        answer = await client.post("/v1/views", json=body)
        assert answer.status_code == status, answer.text
        found: Json = answer.json()
        return found

    async def seen(self, client: httpx.AsyncClient, view: Json) -> list[bool]:
        """Whether it is there by its id, in the list, and among the counts."""
        by_id = (await client.get(f"/v1/views/{view['id']}/tickets")).status_code == 200
        items = (await client.get("/v1/views")).json()["items"]
        counts = (await client.get("/v1/views/counts")).json()["items"]
        return [by_id, view["id"] in [one["id"] for one in items], view["id"] in [one["view_id"] for one in counts]]


@pytest_asyncio.fixture(loop_scope="session")
async def team(stage: Stage) -> AsyncIterator[Team]:
    """A team of one."""
    callers = [a_caller(role, id=new_id(), name=name) for role, name in (("supervisor", "老王"), ("agent", "小王"))]
    other = a_caller("agent", id=new_id(), name="小李")
    async with (
        stage.client(caller=callers[0]) as first,
        stage.client(caller=callers[1]) as second,
        stage.client(caller=other) as third,
    ):
        made = Team(stage, first, second, third)
        await made.found(callers[1])
        yield made


async def test_members_see_it_and_who_leaves_sees_it_no_more(team: Team) -> None:
    view = await team.share(team.boss)
    assert [await team.seen(one, view) for one in (team.own, team.other, team.boss)] == [
        [True] * 3,
        [False] * 3,
        [True] * 3,
    ]
    await team.change(remove=[team.member])
    assert await team.seen(team.own, view) == [False] * 3
    await team.change(add=[team.member])
    assert await team.seen(team.own, view) == [True] * 3


async def test_who_made_it_and_left_sees_it_no_more(team: Team) -> None:
    view = await team.share(team.own)
    await team.change(remove=[team.member])
    url = f"/v1/views/{view['id']}"
    assert await team.seen(team.own, view) == [False] * 3
    assert (await team.own.delete(url)).status_code == 404
    body = {"name": "x", "conditions": OPEN}
    assert (await team.own.put(url, json=body, headers={"If-Match": '"1"'})).status_code == 404


async def test_members_share_with_their_team_and_change_what_they_made(team: Team) -> None:
    mine, boss = await team.share(team.own), await team.share(team.boss)
    assert (await team.share(team.other, 403))["permission"] == "views:share"
    body = {"name": "x", "conditions": OPEN, "shared": "team", "team_id": team.id}
    seen = {"If-Match": '"1"'}
    answers = [await team.own.put(f"/v1/views/{one['id']}", json=body, headers=seen) for one in (mine, boss)]
    assert [one.status_code for one in answers] == [200, 403]
    private = await team.own.put(
        f"/v1/views/{mine['id']}", json={**body, "shared": "private", "team_id": None}, headers={"If-Match": '"2"'}
    )
    assert (private.status_code, private.json()["team_id"]) == (200, None)


async def test_team_is_named_with_what_is_shared_with_one_and_with_nothing_else(team: Team) -> None:
    for wrong in ({"team_id": None}, {"shared": "private"}, {"team_id": str(new_id())}):
        refused = await team.share(team.boss, 422, **wrong)
        assert [one["pointer"] for one in refused["errors"]] == ["/team_id"]


async def test_only_colleagues_come_to_a_team_and_all_or_nobody(team: Team) -> None:
    refused = await team.change(422, add=[team.member, str(new_id())], remove=[team.member])
    assert [one["pointer"] for one in refused["errors"]] == ["/add/1"]
    told = (await team.own.get(f"/v1/teams/{team.id}/members")).json()
    assert [one["id"] for one in told["members"]] == [team.member]
    assert (await team.own.patch(f"/v1/teams/{team.id}/members", json={"add": []})).status_code == 403
    assert (await team.boss.get(f"/v1/teams/{new_id()}/members")).status_code == 404
