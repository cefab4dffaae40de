"""Teams, and the windows that their tickets go by."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from common.testing.stage import Stage

pytestmark = pytest.mark.asyncio


async def found(stage: Stage, **wanted: Any) -> dict[str, Any]:
    async with stage.client("supervisor") as client:
        answer = await client.post("/v1/teams", json={"name": "售后", **wanted})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def resolved(client: Any, team: dict[str, Any]) -> str:
    body = {"text": "坏了", "customer": {}, "team_id": team["id"]}
    url = f"/v1/tickets/{(await client.post('/v1/tickets', json=body)).json()['id']}"
    await client.post(f"{url}/resolve")
    return url


async def test_a_team_says_when_its_tickets_close_and_may_be_reopened(stage: Stage) -> None:
    team = await found(stage, close_days=10, notice_days=2, reopen_days=3)
    async with stage.client() as client:
        ticket = await resolved(client, team)
        await stage.pass_time(timedelta(days=3))
        asked = {"text": "又坏了", "author": "customer"}
        await client.post(f"{ticket}/replies", json=asked)
        assert (await client.get(ticket)).json()["status"] == "open"
        await client.post(f"{ticket}/resolve")
        await stage.pass_time(timedelta(days=8))
        assert len(await stage.said("ticket.close_announced")) == 1
        follow_up = (await client.post(f"{ticket}/replies", json=asked)).json()["ticket_id"]
        assert (await client.get(f"/v1/tickets/{follow_up}")).json()["team_id"] == team["id"]
        await stage.pass_time(timedelta(days=2))
        assert (await client.get(ticket)).json()["status"] == "closed"


async def test_a_team_may_want_to_hear_of_thanks(stage: Stage) -> None:
    team = await found(stage, thanks_stay=False)
    async with stage.client() as client:
        ticket = await resolved(client, team)
        await client.post(f"{ticket}/replies", json={"text": "谢谢", "author": "customer"})
        assert (await client.get(ticket)).json()["status"] == "open"


async def test_a_ticket_changes_its_team(stage: Stage) -> None:
    team = await found(stage)
    async with stage.client() as client:
        url = f"/v1/tickets/{(await client.post('/v1/tickets', json={'text': 'x', 'customer': {}})).json()['id']}"
        moved = await client.patch(url, json={"team_id": team["id"]}, headers={"If-Match": '"1"'})
        assert moved.json()["team_id"] == team["id"]
        assert (await stage.said("ticket.updated"))[0].data.team_id is not None
        items = (await client.get("/v1/tickets", params={"team_id": team["id"]})).json()["items"]
        assert [one["id"] for one in items] == [moved.json()["id"]]
        away = await client.patch(url, json={"team_id": None}, headers={"If-Match": '"2"'})
        assert away.json()["team_id"] is None


async def test_a_team_that_takes_no_more_tickets_or_does_not_exist_is_refused(stage: Stage) -> None:
    team = await found(stage)
    async with stage.client("supervisor") as supervisor:
        await supervisor.patch(f"/v1/teams/{team['id']}", json={"active": False}, headers={"If-Match": '"1"'})
    async with stage.client() as client:
        for team_id, code in ((team["id"], "team_inactive"), ("0195a000-0000-7000-8000-000000000001", "no_such_team")):
            body = {"text": "x", "customer": {}, "team_id": team_id}
            answer = await client.post("/v1/tickets", json=body)
            error = answer.json()["errors"][0]
            assert (answer.status_code, error["pointer"], error["code"]) == (422, "/team_id", code)
    assert await stage.rows("ticket") == []


async def test_a_team_is_changed_with_its_version_and_told_of(stage: Stage) -> None:
    team = await found(stage, close_days=5)
    url = f"/v1/teams/{team['id']}"
    async with stage.client("supervisor") as client:
        changed = await client.patch(url, json={"close_days": None, "name": "维修"}, headers={"If-Match": '"1"'})
        assert (changed.json()["close_days"], changed.json()["name"]) == (None, "维修")
        assert (await client.patch(url, json={"name": "x"}, headers={"If-Match": '"1"'})).status_code == 412
        assert [one["name"] for one in (await client.get("/v1/teams")).json()] == ["维修"]
        assert (await client.get(url)).headers["etag"] == '"2"'
        bad = await client.patch(url, json={"close_days": 29}, headers={"If-Match": '"2"'})
        assert bad.json()["errors"][0]["pointer"] == "/close_days"
    assert [one.type for one in await stage.said()] == ["team.created", "team.updated"]
    async with stage.client("agent") as client:
        assert (await client.post("/v1/teams", json={"name": "x"})).status_code == 403
