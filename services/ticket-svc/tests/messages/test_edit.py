"""Writing a message anew."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from common.ids import new_id
from common.testing.stage import Stage

pytestmark = pytest.mark.asyncio


async def edit(client: Any, ticket: dict[str, Any], message: dict[str, Any], version: int, **body: Any) -> Any:
    url = f"/v1/tickets/{ticket['id']}/messages/{message['id']}"
    return await client.patch(url, json=body, headers={"If-Match": f'"{version}"'})


async def versions(desk: Any, ticket: dict[str, Any], message: dict[str, Any], **params: Any) -> Any:
    url = f"/v1/tickets/{ticket['id']}/messages/{message['id']}/versions"
    return (await desk.client.get(url, params=params)).json()


async def test_edited_message_keeps_what_it_said_with_who_when_and_why(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    message = await desk.do(ticket, "replies", status=201, html="<b>三天</b>")
    stage.clock.forward(timedelta(minutes=5))
    version = (await desk.look(ticket))["version"]
    answer = await edit(desk.client, ticket, message, version, text="五天", reason="写错了")
    assert answer.status_code == 200
    assert answer.headers["etag"] == f'"{version + 1}"'
    after = answer.json()
    assert (after["text"], after["html"], after["version"], after["edited_at"]) == (
        "五天",
        None,
        2,
        "2026-03-16T01:05:00Z",
    )
    (kept,) = (await versions(desk, ticket, message))["items"]
    assert (kept["number"], kept["text"], kept["html"], kept["reason"]) == (1, "三天", "<b>三天</b>", "写错了")
    assert kept["replaced_by"] == {"kind": "person", "id": str(desk.who.id), "name": "小王"}
    said = (await stage.said("message.edited"))[0]
    assert (said.data.text, said.data.is_public, said.version) == ("五天", True, version + 1)
    step = (await desk.trail(ticket))[-1]
    assert (step["type"], step["data"]["reason"], "天" in str(step["data"])) == ("message.edited", "写错了", False)


async def test_edited_note_stays_in_the_house(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    note = await desk.do(ticket, "notes", status=201, text="秘密")
    assert (await edit(desk.client, ticket, note, 2, text="更秘密")).status_code == 200
    assert (await stage.said("message.edited"))[0].data.text is None


async def test_every_version_is_kept_and_paged(desk: Any) -> None:
    ticket = await desk.open()
    note = await desk.do(ticket, "notes", status=201, text="v1")
    for number in (2, 3, 4):
        assert (await edit(desk.client, ticket, note, number, text=f"v{number}")).status_code == 200
    first = await versions(desk, ticket, note, limit=2)
    second = await versions(desk, ticket, note, limit=2, cursor=first["next_cursor"])
    assert [one["text"] for one in first["items"] + second["items"]] == ["v1", "v2", "v3"]
    assert second["next_cursor"] is None


async def test_the_same_again_changes_nothing(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    note = await desk.do(ticket, "notes", status=201, text="v1")
    assert (await edit(desk.client, ticket, note, 2, text="v1")).json() == note
    assert await stage.said("message.edited") == []


async def test_colleague_may_not_and_a_supervisor_may(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    note = await desk.do(ticket, "notes", status=201, text="v1")
    async with stage.client("agent") as colleague, stage.client("supervisor") as supervisor:
        assert (await edit(colleague, ticket, note, 2, text="v2")).status_code == 403
        assert (await edit(supervisor, ticket, note, 2, text="v2")).status_code == 200


async def test_customers_words_stay(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    first = (await desk.client.get(f"/v1/tickets/{ticket['id']}/messages")).json()["items"][0]
    async with stage.client("admin") as admin:
        assert (await edit(admin, ticket, first, 1, text="x")).status_code == 403


async def test_stale_missing_and_unknown(desk: Any) -> None:
    ticket, other = await desk.open(), await desk.open()
    note = await desk.do(ticket, "notes", status=201, text="v1")
    assert (await edit(desk.client, ticket, note, 1, text="v2")).status_code == 412
    url = f"/v1/tickets/{ticket['id']}/messages/{note['id']}"
    assert (await desk.client.patch(url, json={"text": "v2"})).status_code == 428
    assert (await edit(desk.client, other, note, 1, text="v2")).status_code == 404
    assert (await edit(desk.client, ticket, {"id": new_id()}, 2, text="v2")).status_code == 404
    assert (await desk.client.get(f"/v1/tickets/{other['id']}/messages/{note['id']}/versions")).status_code == 404


async def test_two_at_once_lose_nothing(desk: Any) -> None:
    ticket = await desk.open()
    note = await desk.do(ticket, "notes", status=201, text="v1")
    answers = await asyncio.gather(*(edit(desk.client, ticket, note, 2, text=f"by {n}") for n in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]
    assert len((await versions(desk, ticket, note))["items"]) == 1


async def test_html_of_an_edit_is_made_harmless(desk: Any) -> None:
    ticket = await desk.open()
    note = await desk.do(ticket, "notes", status=201, text="v1")
    answer = await edit(desk.client, ticket, note, 2, html="<p onclick=alert(1)>新</p><script>x</script>")
    assert (answer.json()["html"], answer.json()["text"]) == ("<p>新</p>", "新")
