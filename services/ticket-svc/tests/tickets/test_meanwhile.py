"""What somebody is told who saved an older version."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.asyncio


async def test_the_second_to_save_is_told_who_did_what_since(desk: Any) -> None:
    ticket = await desk.open()
    url = f"/v1/tickets/{ticket['id']}"
    first = await desk.client.patch(url, json={"subject": "新标题"}, headers={"If-Match": '"1"'})
    assert first.status_code == 200
    await desk.reply(ticket, "已查询")
    second = await desk.client.patch(url, json={"subject": "旧标题"}, headers={"If-Match": '"1"'})
    told = second.json()
    assert (second.status_code, second.headers["etag"]) == (412, f'"{told["current_version"]}"')
    assert [one["type"] for one in told["changes"]] == ["ticket.updated", "ticket.replied", "sla.met"]
    renamed = told["changes"][0]
    assert renamed["data"] == {"subject": {"from": "我的订单还没到", "to": "新标题"}}
    assert (renamed["actor"]["name"], renamed["text"]) == (
        "小王",
        {"zh": "工单信息已修改", "en": "Ticket data changed"},
    )
    assert (await desk.look(ticket))["subject"] == "新标题"


async def test_whoever_is_far_behind_is_told_the_latest_steps(desk: Any) -> None:
    ticket = await desk.open()
    for number in range(22):
        await desk.do(ticket, "notes", status=201, text=f"备注 {number}")
    stale = await desk.client.post(
        f"/v1/tickets/{ticket['id']}/replies", json={"text": "迟到"}, headers={"If-Match": '"2"'}
    )
    versions = [one["version"] for one in stale.json()["changes"]]
    assert versions == list(range(4, 24))
