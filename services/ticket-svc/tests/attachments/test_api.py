"""Attachments over HTTP: uploaded, given to messages, let out by links."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from common.http.identity import Caller
from common.ids import new_id
from common.retention import prune
from common.testing.stage import Stage, a_caller
from ticket_svc.attachments.pieces import PIECE
from ticket_svc.attachments.upload import MOST_WAITING, WAITS
from ticket_svc.made_of import SERVICE

GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01;"
TEXT = {"content-type": "text/plain"}
pytestmark = pytest.mark.asyncio


async def upload(client: httpx.AsyncClient, content: Any, name: str = "a.gif", status: int = 201) -> dict[str, Any]:
    answer = await client.post("/v1/attachments", params={"name": name}, content=content)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def fetch(stage: Stage, url: str) -> httpx.Response:
    async with stage.stranger() as nobody:
        return await nobody.get(urlsplit(url).path)


async def sent(stage: Stage, client: httpx.AsyncClient, file: dict[str, Any], *, show: bool) -> httpx.Response:
    link = await client.get(f"/v1/attachments/{file['id']}/link", params={"show": show})
    assert link.status_code == 200, link.text
    return await fetch(stage, link.json()["url"])


async def test_file_comes_back_byte_for_byte_however_long(stage: Stage, desk: Any) -> None:
    content = bytes(range(256)) * (PIECE // 256) * 2 + b"end"
    file = await upload(desk.client, content, "数据.bin")
    assert (file["size"], file["media_type"], file["may_be_shown"]) == (len(content), "application/octet-stream", False)
    answer = await sent(stage, desk.client, file, show=True)
    assert answer.content == content
    assert answer.headers["content-length"] == str(len(content))
    assert len(await stage.rows("attachment_piece")) == 3


@pytest.mark.parametrize(
    ("content", "name", "media_type", "shown"),
    [
        (GIF, "a.gif", "image/gif", True),
        (GIF, "a.html", "image/gif", True),
        ("中文".encode(), "a.txt", "text/plain; charset=utf-8", True),
        (b"<html><script>alert(1)</script>", "a.txt", "application/octet-stream", False),
        (b"<svg onload='alert(1)'/>", "a.png", "application/octet-stream", False),
        (b"<?xml version='1.0'?><x/>", "a.jpg", "application/octet-stream", False),
        (GIF + b"<script>alert(1)</script>", "a.gif", "image/gif", False),
    ],
)
async def test_only_the_content_decides_what_a_browser_shows(
    stage: Stage, desk: Any, content: bytes, name: str, media_type: str, *, shown: bool
) -> None:
    file = await upload(desk.client, content, name)
    for show in (True, False):
        answer = await sent(stage, desk.client, file, show=show)
        how = "inline" if show and shown else "attachment"
        assert answer.headers["content-disposition"].startswith(how)
        assert answer.headers["content-type"] == media_type
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
        assert answer.headers["cache-control"] == "private, no-store"


async def test_claimed_type_is_not_believed(desk: Any) -> None:
    answer = await desk.client.post(
        "/v1/attachments", params={"name": "x.png"}, content=b"<html>", headers={"content-type": "image/png"}
    )
    assert (answer.json()["media_type"], answer.json()["may_be_shown"]) == ("text/html", False)


async def test_chinese_name_is_in_the_header(stage: Stage, desk: Any) -> None:
    answer = await sent(stage, desk.client, await upload(desk.client, GIF, "截图 一.gif"), show=False)
    assert "filename*=UTF-8''%E6%88%AA%E5%9B%BE%20%E4%B8%80.gif" in answer.headers["content-disposition"]


async def test_link_expires_and_forged_ones_lead_nowhere(stage: Stage, desk: Any) -> None:
    file = await upload(desk.client, GIF)
    url = (await desk.client.get(f"/v1/attachments/{file['id']}/link")).json()["url"]
    assert (await fetch(stage, url)).status_code == 200
    assert (await fetch(stage, url[:-2] + "AA")).status_code == 404
    stage.clock.forward(timedelta(minutes=16))
    assert (await fetch(stage, url)).status_code == 410


async def test_message_has_its_files_in_order(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    files = [await upload(desk.client, GIF, f"{n}.gif") for n in range(3)]
    ids = [files[n]["id"] for n in (2, 0, 1)]
    reply = await desk.reply(ticket, attachment_ids=ids)
    assert [one["file_name"] for one in reply["attachments"]] == ["2.gif", "0.gif", "1.gif"]
    read = (await desk.client.get(f"/v1/tickets/{ticket['id']}/messages")).json()["items"][-1]
    assert read == reply
    one = (await desk.client.get(f"/v1/attachments/{ids[0]}")).json()
    assert (one["ticket_id"], one["message_id"]) == (ticket["id"], reply["id"])
    assert {row.waits_since for row in await stage.rows("attachment")} == {None}


async def test_tickets_and_notes_take_files_too(stage: Stage, desk: Any) -> None:
    first, second = await upload(desk.client, GIF), await upload(desk.client, GIF)
    ticket = await desk.open(attachment_ids=[first["id"]])
    note = await desk.do(ticket, "notes", status=201, text="x", attachment_ids=[second["id"]])
    messages = (await desk.client.get(f"/v1/tickets/{ticket['id']}/messages")).json()["items"]
    assert [[one["id"] for one in message["attachments"]] for message in messages] == [[first["id"]], [second["id"]]]
    assert messages[1] == note
    assert {str(row.id): row.is_public for row in await stage.rows("attachment")} == {
        first["id"]: True,
        second["id"]: False,
    }


async def test_only_own_files_that_wait_can_be_given(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    mine, given = await upload(desk.client, GIF), await upload(desk.client, GIF)
    await desk.reply(ticket, attachment_ids=[given["id"]])
    async with stage.client("agent") as other:
        foreign = await upload(other, GIF)
        assert (await desk.client.get(f"/v1/attachments/{foreign['id']}")).status_code == 404
    for bad in (str(new_id()), given["id"], foreign["id"]):
        problem = await desk.do(ticket, "replies", status=422, text="x", attachment_ids=[mine["id"], bad])
        assert [(one["pointer"], one["code"]) for one in problem["errors"]] == [
            ("/attachment_ids/1", "no_such_attachment")
        ]
    # What was refused gave nothing away.
    assert [step["type"] for step in await desk.trail(ticket)].count("ticket.replied") == 1
    await desk.reply(ticket, attachment_ids=[mine["id"]])


async def test_a_message_has_ten_files_at_most(desk: Any) -> None:
    ticket = await desk.open()
    problem = await desk.do(ticket, "replies", status=422, text="x", attachment_ids=[str(new_id())] * 11)
    assert problem["errors"][0]["pointer"] == "/attachment_ids"


async def test_files_of_notes_are_for_staff(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    file = await upload(desk.client, GIF)
    await desk.do(ticket, "notes", status=201, text="x", attachment_ids=[file["id"]])
    async with stage.client("light_agent") as colleague, stage.client("customer") as customer:
        assert (await colleague.get(f"/v1/attachments/{file['id']}")).status_code == 200
        assert (await customer.get(f"/v1/attachments/{file['id']}")).status_code == 403


async def test_what_no_message_took_goes_after_a_day_with_its_bytes(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    kept, lost = await upload(desk.client, GIF), await upload(desk.client, GIF)
    await desk.reply(ticket, attachment_ids=[kept["id"]])
    await prune(stage.database, SERVICE.keeps, now=stage.clock.now() + WAITS - timedelta(minutes=1))
    assert len(await stage.rows("attachment")) == 2
    await prune(stage.database, SERVICE.keeps, now=stage.clock.now() + WAITS + timedelta(minutes=1))
    assert [str(row.id) for row in await stage.rows("attachment")] == [kept["id"]]
    assert [str(row.attachment_id) for row in await stage.rows("attachment_piece")] == [kept["id"]]
    await desk.do(ticket, "replies", status=422, text="x", attachment_ids=[lost["id"]])


async def test_file_may_be_larger_than_other_bodies_and_not_larger_than_its_own_limit(stage: Stage, desk: Any) -> None:
    other, own = stage.app.state.platform.settings.max_body_bytes, stage.app.state.platform.settings.max_upload_bytes
    assert (await upload(desk.client, bytes(other + 1)))["size"] == other + 1

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(own // PIECE + 2):
            yield bytes(PIECE)

    too_large = await desk.client.post("/v1/attachments?name=x", content=endless())
    said = await desk.client.post("/v1/attachments?name=x", content=b"x", headers={"content-length": str(own + 1)})
    assert (too_large.status_code, said.status_code) == (413, 413)
    # No other route, nor this path under another method, has the larger limit.
    large = b'{"text": "' + b"x" * other + b'"}'
    assert (await desk.client.post("/v1/tickets", content=large)).status_code == 413
    assert (await desk.client.put("/v1/attachments", content=large)).status_code == 413
    assert len(await stage.rows("attachment")) == 1


async def test_who_forgets_to_send_is_stopped(stage: Stage, desk: Any) -> None:
    for _ in range(MOST_WAITING):
        await upload(desk.client, b"x")
    problem = await upload(desk.client, b"x", status=409)
    assert problem["type"].endswith("too-many-waiting")
    async with stage.client("agent") as other:
        await upload(other, b"x")


@pytest.mark.parametrize("name", [None, "", "a\nb", "x" * 256])
async def test_bad_name_is_named(desk: Any, name: str | None) -> None:
    params = {} if name is None else {"name": name}
    answer = await desk.client.post("/v1/attachments", params=params, content=b"x")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "?name"


async def test_who_may_not_write_may_not_upload(stage: Stage) -> None:
    reader: Caller = a_caller("light_agent")
    async with stage.client(caller=reader) as client:
        await upload(client, b"x", status=403)
