"""Custom statuses: defining, changing, and tickets that stand in them."""

from __future__ import annotations

from typing import Any

import pytest

from common.testing.stage import Stage

pytestmark = pytest.mark.asyncio

WAITING_FOR_PARTS = {"category": "on_hold", "name_zh": "等待配件", "name_en": "Waiting for parts", "position": 2}


async def define(stage: Stage, **changes: Any) -> dict[str, Any]:
    async with stage.client("supervisor") as client:
        answer = await client.post("/v1/statuses", json={**WAITING_FOR_PARTS, **changes})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def a_ticket(client: Any) -> str:
    return f"/v1/tickets/{(await client.post('/v1/tickets', json={'text': '坏了', 'customer': {}})).json()['id']}"


async def test_a_ticket_stands_in_a_status_of_ones_own_inside_its_category(stage: Stage) -> None:
    status = await define(stage)
    async with stage.client() as client:
        ticket = await a_ticket(client)
        held = (await client.post(f"{ticket}/hold", json={"custom_status_id": status["id"]})).json()
        names = {"name_zh": "等待配件", "name_en": "Waiting for parts"}
        assert (held["status"], held["custom_status"]) == ("on_hold", {"id": status["id"], **names})
        assert (await client.get(ticket)).json()["custom_status"] == held["custom_status"]
        resumed = (await client.post(f"{ticket}/resume")).json()
        assert (resumed["status"], resumed["custom_status"]) == ("open", None)


async def test_it_can_be_chosen_without_leaving_the_category(stage: Stage) -> None:
    status = await define(stage, category="open")
    async with stage.client() as client:
        ticket = await a_ticket(client)
        wrong = await client.patch(ticket, json={"custom_status_id": status["id"]}, headers={"If-Match": '"1"'})
        assert wrong.status_code == 422
        assert wrong.json()["errors"][0]["pointer"] == "/custom_status_id"
        await client.post(f"{ticket}/hold")
        await client.post(f"{ticket}/resume")
        right = await client.patch(ticket, json={"custom_status_id": status["id"]}, headers={"If-Match": '"3"'})
        assert right.json()["custom_status"]["id"] == status["id"]
        away = await client.patch(ticket, json={"custom_status_id": None}, headers={"If-Match": '"4"'})
        assert away.json()["custom_status"] is None


async def test_a_retired_status_keeps_its_tickets_and_takes_no_more(stage: Stage) -> None:
    status = await define(stage)
    async with stage.client() as client:
        first, second = await a_ticket(client), await a_ticket(client)
        await client.post(f"{first}/hold", json={"custom_status_id": status["id"]})
        async with stage.client("supervisor") as supervisor:
            url = f"/v1/statuses/{status['id']}"
            retired = await supervisor.patch(url, json={"active": False}, headers={"If-Match": '"1"'})
            assert (retired.status_code, retired.json()["active"]) == (200, False)
        assert (await client.get(first)).json()["custom_status"]["id"] == status["id"]
        refused = await client.post(f"{second}/hold", json={"custom_status_id": status["id"]})
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "status_retired")


@pytest.mark.parametrize("category", ["new", "closed", "merged"])
async def test_only_some_categories_may_be_named(stage: Stage, category: str) -> None:
    async with stage.client("supervisor") as client:
        answer = await client.post("/v1/statuses", json={**WAITING_FOR_PARTS, "category": category})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/category")


async def test_a_name_stands_once_and_only_a_supervisor_gives_it(stage: Stage) -> None:
    await define(stage)
    async with stage.client("supervisor") as client:
        assert (await client.post("/v1/statuses", json=WAITING_FOR_PARTS)).status_code == 409
        assert [one["name_en"] for one in (await client.get("/v1/statuses")).json()] == ["Waiting for parts"]
    async with stage.client("agent") as client:
        assert (await client.post("/v1/statuses", json=WAITING_FOR_PARTS)).status_code == 403


async def test_renaming_wants_the_version(stage: Stage) -> None:
    url = f"/v1/statuses/{(await define(stage))['id']}"
    async with stage.client("supervisor") as client:
        assert (await client.patch(url, json={"name_zh": "等配件"})).status_code == 428
        renamed = await client.patch(url, json={"name_zh": "等配件"}, headers={"If-Match": '"1"'})
        assert (renamed.json()["name_zh"], renamed.headers["etag"]) == ("等配件", '"2"')
        assert (await client.patch(url, json={"name_zh": "x"}, headers={"If-Match": '"1"'})).status_code == 412
        same = await client.patch(url, json={"name_zh": "等配件"}, headers={"If-Match": '"2"'})
        assert same.headers["etag"] == '"2"'
        assert (await client.get(url)).json()["version"] == 2
        assert (await client.get("/v1/statuses/0195a000-0000-7000-8000-000000000001")).status_code == 404
