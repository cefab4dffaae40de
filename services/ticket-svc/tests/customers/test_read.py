"""Finding customers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from common.testing.stage import Stage


@pytest.mark.asyncio
async def test_list_is_newest_first_and_paged(stage: Stage) -> None:
    names = []
    async with stage.client() as client:
        for name in ("one", "two", "three"):
            stage.clock.forward(timedelta(seconds=1))
            await client.post("/v1/customers", json={"name": name})
        page = (await client.get("/v1/customers", params={"limit": 2})).json()
        names += [one["name"] for one in page["items"]]
        page = (await client.get("/v1/customers", params={"limit": 2, "cursor": page["next_cursor"]})).json()
        names += [one["name"] for one in page["items"]]
    assert names == ["three", "two", "one"]
    assert page["next_cursor"] is None


@pytest.mark.asyncio
async def test_customers_are_found_by_any_spelling_of_an_identity(stage: Stage) -> None:
    told = {"name": "李雷", "email": "li@x.cn", "phone": "13800138000", "external_id": "crm-7", "tier": "vip"}
    async with stage.client() as client:
        known = (await client.post("/v1/customers", json=told)).json()
        await client.post("/v1/customers", json={"name": "other"})
        for asked in (
            {"email": "LI@x.cn"},
            {"phone": "+86 138 0013 8000"},
            {"external_id": "crm-7"},
            {"tier": "vip"},
        ):
            page = (await client.get("/v1/customers", params=asked)).json()
            assert [one["id"] for one in page["items"]] == [known["id"]]
        assert (await client.get("/v1/customers", params={"email": "none@x.cn"})).json()["items"] == []


@pytest.mark.asyncio
async def test_cursor_of_another_list_is_refused(stage: Stage) -> None:
    async with stage.client() as client:
        for _ in range(2):
            await client.post("/v1/customers", json={"name": "x"})
        cursor = (await client.get("/v1/customers", params={"limit": 1})).json()["next_cursor"]
        answer = await client.get("/v1/tickets", params={"cursor": cursor})
    assert answer.status_code == 400
