"""Keeping macros."""

from __future__ import annotations

from typing import Any

import pytest

from common.ids import new_id
from common.testing.stage import Stage, a_caller


@pytest.mark.asyncio
async def test_a_macro_is_kept_as_it_was_given(office: Any, macros: Any) -> None:
    actions = [{"do": "update", "topic": None, "priority": "high"}, {"do": "resolve"}]
    message = {"kind": "note", "en": {"html": "<p onclick='x'>Dear {{customer.name}}</p>"}}
    made = await macros.keep(category="退款", position=3, message=message, actions=actions)
    assert made["message"] == {
        "kind": "note",
        "zh": None,
        "en": {"text": "Dear {{customer.name}}", "html": "<p>Dear {{customer.name}}</p>"},
    }
    assert made["actions"] == actions, "what was left out stays left out: null would take something away"
    assert (made["shared"], made["active"], made["uses"], made["last_used_at"]) == ("private", True, 0, None)
    answer = await office.agent.get(f"/v1/macros/{made['id']}")
    assert (answer.json(), answer.headers["etag"]) == (made, '"1"')


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("wanted", "pointer", "code"),
    [
        ({"message": {"zh": {"text": "{{customer.phone}}"}}}, "/message/zh/text", "unknown_variable"),
        ({"message": {"en": {"html": "<p>{{ 7*7 }}</p>"}}}, "/message/en/html", "unknown_variable"),
        ({"message": {"zh": {"text": "{{field.order_no}}"}}}, "/message/zh/text", "unknown_field"),
        (
            {"actions": [{"do": "resolve"}, {"do": "note", "text": "{{x}}"}]},
            "/actions/1/text",
            "unknown_variable",
        ),
        ({"message": {}}, "/message", "either"),
        ({"message": None}, "", "either"),
        ({"actions": [{"do": "explode"}]}, "/actions/0", "union_tag_invalid"),
        ({"colour": "red"}, "/colour", "extra_forbidden"),
    ],
)
async def test_what_is_wrong_is_named_when_it_is_kept(
    stage: Stage, macros: Any, wanted: dict[str, Any], pointer: str, code: str
) -> None:
    problem = await macros.keep(status=422, **wanted)
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [(pointer, code)]
    assert await stage.rows("macro") == []


@pytest.mark.asyncio
async def test_a_private_macro_is_not_there_for_others(office: Any, macros: Any, shared: Any) -> None:
    made, ticket = await macros.keep(), await office.open()
    url = f"/v1/macros/{made['id']}"
    body = {"name": "x", "actions": [{"do": "resolve"}]}
    for answer in (
        await office.supervisor.get(url),
        await office.supervisor.put(url, json=body, headers={"If-Match": '"1"'}),
        await office.supervisor.delete(url),
    ):
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:kefu:problem:no-such-macro")
    await shared.preview(ticket, made, status=404)
    await shared.apply(ticket, made, status=404)
    assert (await office.supervisor.get("/v1/macros")).json()["items"] == []


@pytest.mark.asyncio
async def test_sharing_is_for_those_who_may_and_then_everyone_uses_it(office: Any, macros: Any, shared: Any) -> None:
    refused = await macros.keep(status=403, shared="everyone")
    assert refused["permission"] == "macros:share"
    made = await shared.keep(shared="everyone")
    url, body = f"/v1/macros/{made['id']}", {"name": "x", "actions": [{"do": "resolve"}]}
    assert (await office.agent.put(url, json=body, headers={"If-Match": '"1"'})).status_code == 403
    assert (await office.agent.delete(url)).status_code == 403
    await macros.apply(await office.open(), made)


@pytest.mark.asyncio
async def test_a_macro_is_replaced_by_who_saw_it_as_it_is(office: Any, macros: Any) -> None:
    made = await macros.keep(category="退款")
    url, body = f"/v1/macros/{made['id']}", {"name": "解决", "actions": [{"do": "resolve"}]}
    missing = await office.agent.put(url, json=body)
    after = await office.agent.put(url, json=body, headers={"If-Match": '"1"'})
    stale = await office.agent.put(url, json=body, headers={"If-Match": '"1"'})
    assert (missing.status_code, after.status_code, stale.status_code) == (428, 200, 412)
    assert (after.json()["message"], after.json()["category"], after.json()["version"]) == (None, None, 2)
    assert (await office.agent.get(url)).json() == after.json()


@pytest.mark.asyncio
async def test_a_macro_that_was_used_is_removed_and_its_id_stays_on_the_trail(
    stage: Stage, office: Any, macros: Any
) -> None:
    made, ticket = await macros.keep(), await office.open()
    await macros.apply(ticket, made)
    url = f"/v1/macros/{made['id']}"
    assert (await office.agent.delete(url, headers={"If-Match": '"7"'})).status_code == 412
    assert (await office.agent.delete(url)).status_code == 204
    assert (await office.agent.get(url)).status_code == 404
    assert (await stage.rows("macro"), await stage.rows("macro_use")) == ([], [])
    assert (await office.trail(ticket))[-1]["macro_id"] == made["id"]


@pytest.mark.asyncio
async def test_the_menu_is_by_category_position_and_name_in_pages(office: Any, macros: Any, shared: Any) -> None:
    await macros.keep(name="丙", category="退款", position=2)
    await macros.keep(name="乙", category="退款", position=1)
    await shared.keep(name="甲", shared="everyone")
    await shared.keep(name="别人的")
    await macros.keep(name="100% 旧", category="退款", active=False)
    first = (await office.agent.get("/v1/macros", params={"limit": 2})).json()
    rest = (await office.agent.get("/v1/macros", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [one["name"] for one in [*first["items"], *rest["items"]]] == ["甲", "乙", "丙"]
    assert rest["next_cursor"] is None
    every = (await office.agent.get("/v1/macros", params={"inactive": "true", "name": "%"})).json()["items"]
    assert [one["name"] for one in every] == ["100% 旧"]


@pytest.mark.asyncio
async def test_who_may_not_write_tickets_has_no_macros(stage: Stage) -> None:
    async with stage.client(caller=a_caller("light_agent")) as colleague:
        assert (await colleague.get("/v1/macros")).status_code == 403
        url = f"/v1/tickets/{new_id()}/macros/{new_id()}"
        assert (await colleague.post(f"{url}/preview")).status_code == 403
        assert (await colleague.post(f"{url}/apply")).status_code == 403
