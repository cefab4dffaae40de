"""Which tags there are."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from common.testing.stage import Stage
from ticket_svc.tags.in_use import MOST_COUNTED


@pytest.mark.asyncio
async def test_tags_are_listed_with_how_many_tickets_have_them(office: Any) -> None:
    await office.open(tags=["vip", "refund"])
    ticket = await office.open(tags=["vip", "gone"])
    await office.do(ticket, "tags", remove=["gone"])
    items = (await office.agent.get("/v1/tags")).json()["items"]
    assert items == [
        {"name": "refund", "tickets": 1, "more": False},
        {"name": "vip", "tickets": 2, "more": False},
    ]


@pytest.mark.asyncio
async def test_tags_are_found_by_how_they_begin_and_paged(office: Any) -> None:
    await office.open(tags=["退款", "退货", "换货", "退_100%"])
    found = (await office.agent.get("/v1/tags", params={"prefix": "退"})).json()["items"]
    assert {one["name"] for one in found} == {"退款", "退货", "退_100%"}
    names, cursor = [], {}
    while True:
        page = (await office.agent.get("/v1/tags", params={"limit": 1, **cursor})).json()
        names += [one["name"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert sorted(names) == sorted(["退款", "退货", "换货", "退_100%"])


@pytest.mark.asyncio
async def test_a_tag_on_very_many_tickets_is_counted_to_a_bound(stage: Stage, office: Any) -> None:
    ticket = await office.open(tags=["vip"])
    copies = sa.text(
        "INSERT INTO ticket (id, customer_id, subject, status, priority, channel, language, opened_at, response_due_at,"
        " response_stood, resolution_due_at, resolution_stood, version, updated_at, tags) SELECT gen_random_uuid(),"
        " customer_id, subject, status, priority, channel, language, opened_at, response_due_at, response_stood,"
        " resolution_due_at, resolution_stood, version, updated_at, tags FROM ticket, generate_series(1, 1200)"
    )
    async with stage.database.transaction() as db:
        await db.execute(copies)
    assert ticket["tags"] == ["vip"]
    items = (await office.agent.get("/v1/tags")).json()["items"]
    assert items == [{"name": "vip", "tickets": MOST_COUNTED, "more": True}]
