"""Keeping views."""

from __future__ import annotations

from typing import Any

import pytest

from common.ids import new_id
from common.testing.stage import Stage, a_caller

OPEN = {"all": [{"field": "status", "operator": "in", "value": ["new", "open"]}]}
MINE = {"all": [{"field": "agent_id", "operator": "is", "value": "me"}]}


async def keep(client: Any, *, status: int = 201, **wanted: Any) -> dict[str, Any]:
    """A new view."""
    answer = await client.post("/v1/views", json={"name": "待处理", "conditions": OPEN, **wanted})
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.asyncio
async def test_a_view_is_kept_as_it_was_given(office: Any) -> None:
    made = await keep(office.agent, sort="priority", columns=["number", "tags"])
    assert (made["conditions"], made["sort"], made["descending"]) == (OPEN, "priority", True)
    assert (made["owner_name"], made["shared"], made["problems"], made["version"]) == ("小王", "private", [], 1)
    answer = await office.agent.get(f"/v1/views/{made['id']}")
    assert (answer.json(), answer.headers["etag"]) == (made, '"1"')


@pytest.mark.asyncio
async def test_a_private_view_is_not_there_for_others(office: Any) -> None:
    made = await keep(office.agent)
    url = f"/v1/views/{made['id']}"
    for answer in (
        await office.supervisor.get(url),
        await office.supervisor.get(f"{url}/tickets"),
        await office.supervisor.put(url, json={"name": "x", "conditions": OPEN}, headers={"If-Match": '"1"'}),
        await office.supervisor.delete(url),
    ):
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:kefu:problem:no-such-view")
    assert (await office.supervisor.get("/v1/views")).json()["items"] == []


@pytest.mark.asyncio
async def test_sharing_is_for_those_who_may_and_then_everyone_sees_it(office: Any) -> None:
    refused = await keep(office.agent, status=403, shared="everyone")
    assert refused["permission"] == "views:share"
    made = await keep(office.supervisor, shared="everyone", name="大家的")
    own = await keep(office.agent, name="我的")
    items = (await office.agent.get("/v1/views")).json()["items"]
    assert {one["id"] for one in items} == {made["id"], own["id"]}
    url, body = f"/v1/views/{made['id']}", {"name": "x", "conditions": OPEN}
    assert (await office.agent.put(url, json=body, headers={"If-Match": '"1"'})).status_code == 403
    assert (await office.agent.delete(url)).status_code == 403


@pytest.mark.asyncio
async def test_a_view_is_replaced_by_who_saw_it_as_it_is(office: Any) -> None:
    made = await keep(office.agent, columns=["number"])
    url, body = f"/v1/views/{made['id']}", {"name": "我的", "conditions": MINE}
    missing = await office.agent.put(url, json=body)
    after = await office.agent.put(url, json=body, headers={"If-Match": '"1"'})
    stale = await office.agent.put(url, json=body, headers={"If-Match": '"1"'})
    assert (missing.status_code, after.status_code, stale.status_code) == (428, 200, 412)
    assert (after.json()["name"], after.json()["version"]) == ("我的", 2)
    assert "subject" in after.json()["columns"], "what is left out is as in a new view"
    assert (await office.agent.get(url)).json() == after.json()


@pytest.mark.asyncio
async def test_a_view_is_removed(stage: Stage, office: Any) -> None:
    made = await keep(office.agent)
    url = f"/v1/views/{made['id']}"
    assert (await office.agent.delete(url, headers={"If-Match": '"7"'})).status_code == 412
    assert (await office.agent.delete(url)).status_code == 204
    assert (await office.agent.get(url)).status_code == 404
    assert await stage.rows("ticket_view") == []


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("wrong", "pointers"),
    [
        (
            {"conditions": {"all": [{"field": "status", "operator": "is", "value": "lost"}]}},
            ["/conditions/all/0/value"],
        ),
        ({"conditions": {"sql": "1=1"}}, ["/conditions"]),
        ({"conditions": "status = 1"}, ["/conditions"]),
        ({"columns": ["number", "password"]}, ["/columns/1"]),
        ({"columns": []}, ["/columns"]),
        ({"sort": "subject"}, ["/sort"]),
        ({"shared": "nobody"}, ["/shared"]),
        ({"name": " "}, ["/name"]),
        ({"where": "x"}, ["/where"]),
    ],
)
async def test_bad_input_names_the_place(office: Any, wrong: dict[str, Any], pointers: list[str]) -> None:
    problem = await keep(office.agent, status=422, **wrong)
    assert [error["pointer"] for error in problem["errors"]] == pointers


@pytest.mark.asyncio
async def test_one_has_a_hundred_views_at_most(office: Any) -> None:
    for number in range(100):
        await keep(office.agent, name=f"view {number}")
    assert (await keep(office.agent, status=409))["type"] == "urn:kefu:problem:too-many-views"
    await keep(office.supervisor)


@pytest.mark.asyncio
async def test_views_are_listed_by_name_and_paged(office: Any) -> None:
    for name in ("c", "a", "b", "a"):
        await keep(office.agent, name=name)
    names, cursor = [], {}
    while True:
        page = (await office.agent.get("/v1/views", params={"limit": 1, **cursor})).json()
        names += [one["name"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert names == ["a", "a", "b", "c"]


@pytest.mark.asyncio
async def test_a_colleague_of_another_department_keeps_views_too(stage: Stage) -> None:
    async with stage.client(caller=a_caller("light_agent", id=new_id())) as colleague:
        await keep(colleague)
        await keep(colleague, status=403, shared="everyone")
    async with stage.client("customer") as customer:
        assert (await customer.get("/v1/views")).status_code == 403
