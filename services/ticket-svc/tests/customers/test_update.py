"""Changing customers."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from common.ids import new_id
from common.testing.stage import Stage


async def patch(client: httpx.AsyncClient, customer_id: str, body: dict[str, Any], version: int = 1) -> httpx.Response:
    """Change a customer, based on a version."""
    return await client.patch(f"/v1/customers/{customer_id}", json=body, headers={"If-Match": f'"{version}"'})


@pytest.mark.asyncio
async def test_change_is_answered_and_said(stage: Stage) -> None:
    async with stage.client() as client:
        known = (await client.post("/v1/customers", json={"name": "Ann", "email": "a@x.cn"})).json()
        answer = await patch(client, known["id"], {"tier": "vip", "phone": "138 0013 8000", "email": None})
        read = await client.get(f"/v1/customers/{known['id']}")
    view = answer.json()
    assert (view["tier"], view["phone"], view["email"], view["version"]) == ("vip", "+8613800138000", None, 3)
    assert answer.headers["etag"] == '"3"'
    assert read.json() == view
    assert (await stage.said("customer.updated"))[0].data.tier == "vip"


@pytest.mark.asyncio
async def test_change_to_what_is_already_so_changes_nothing(stage: Stage) -> None:
    async with stage.client() as client:
        known = (await client.post("/v1/customers", json={"name": "Ann", "email": "a@x.cn"})).json()
        for body in ({}, {"name": None}, {"email": "A@X.cn"}):
            assert (await patch(client, known["id"], body)).json() == known
    assert await stage.said("customer.updated") == []


@pytest.mark.asyncio
async def test_stale_missing_and_unknown_are_refused(stage: Stage) -> None:
    async with stage.client() as client:
        known = (await client.post("/v1/customers", json={"name": "Ann"})).json()
        assert (await patch(client, known["id"], {"name": "Bea"}, version=7)).status_code == 412
        assert (await client.patch(f"/v1/customers/{known['id']}", json={"name": "Bea"})).status_code == 428
        assert (await patch(client, str(new_id()), {"name": "Bea"})).status_code == 404
        assert (await client.get(f"/v1/customers/{new_id()}")).status_code == 404


@pytest.mark.asyncio
async def test_identity_of_another_customer_is_refused(stage: Stage) -> None:
    async with stage.client() as client:
        await client.post("/v1/customers", json={"name": "Ann", "email": "a@x.cn"})
        other = (await client.post("/v1/customers", json={"name": "Bea"})).json()
        answer = await patch(client, other["id"], {"email": "A@x.cn"})
    assert answer.status_code == 409
    assert "email" in answer.json()["detail"]


@pytest.mark.asyncio
async def test_ticket_shows_the_customers_present_name(stage: Stage) -> None:
    async with stage.client() as client:
        ticket = (await client.post("/v1/tickets", json={"text": "hi", "customer": {"name": "Ann"}})).json()
        await patch(client, ticket["customer"]["id"], {"name": "Ann Li", "tier": "gold"})
        seen = (await client.get(f"/v1/tickets/{ticket['id']}")).json()
    assert (seen["customer"]["name"], seen["customer"]["tier"]) == ("Ann Li", "gold")
