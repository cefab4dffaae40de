"""A customer who is called by their address is masked wherever a ticket shows their name."""

from __future__ import annotations

import pytest

from common.http.asking import asked_by
from common.testing.stage import Stage, a_caller
from ticket_svc.customers.shown import shown_data, shown_name

ADDRESS, MASKED = "wang@example.com", "w***@example.com"


def test_name_is_masked_for_whoever_may_not_reach_the_customer() -> None:
    with asked_by(a_caller("light_agent")):
        assert [shown_name(name) for name in (ADDRESS, "13800138000", "李雷")] == [MASKED, "138****8000", "李雷"]
        assert shown_data({"customer_name": ADDRESS, "file_name": ADDRESS}) == {
            "customer_name": MASKED,
            "file_name": ADDRESS,
        }
    with asked_by(a_caller("agent")):
        assert shown_name(ADDRESS) == ADDRESS
    assert shown_name(ADDRESS) == ADDRESS


@pytest.mark.asyncio
async def test_colleague_of_another_department_reads_tickets_without_the_address(stage: Stage) -> None:
    async with stage.client() as agent, stage.client("light_agent") as colleague:
        opened = await agent.post("/v1/tickets", json={"text": "你好", "customer": {"email": ADDRESS}})
        made = opened.json()
        url = f"/v1/tickets/{made['id']}"
        await agent.post(f"{url}/replies", json={"text": "还没到", "author": "customer"})
        for said in await stage.said("ticket.opened"):
            await stage.hear(said.data, about=said.about, sequence=said.version)
        paths = (url, "/v1/tickets", f"{url}/messages", f"{url}/events", "/v1/ticket-search?q=你好")
        seen = {path: (await colleague.get(path)).text for path in paths}
        told = (await agent.get(url)).json()
    assert told["customer"]["name"] == ADDRESS
    for path, text in seen.items():
        assert ADDRESS not in text, path
        assert MASKED in text, path


@pytest.mark.asyncio
async def test_key_that_may_only_write_tickets_is_answered_masked_too(stage: Stage) -> None:
    who = a_caller("integration", scopes=frozenset({"tickets:write"}))
    async with stage.client(caller=who) as client:
        made = (await client.post("/v1/tickets", json={"text": "你好", "customer": {"email": ADDRESS}})).json()
        # Version 0 there never was: whoever says so is told all that happened.
        url, wanted = f"/v1/tickets/{made['id']}/assign", {"agent_id": str(who.id)}
        stale = await client.post(url, json=wanted, headers={"If-Match": '"0"'})
    assert made["customer"]["name"] == MASKED
    assert stale.status_code == 412
    assert MASKED in stale.text
    assert ADDRESS not in stale.text
