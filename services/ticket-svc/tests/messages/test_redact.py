"""Making something unreadable for good, in every copy that there is."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from common.ids import new_id
from common.testing.stage import Stage
from ticket_svc.writing.hide import HIDDEN

CARD = "4111 1111 1111 1111"
GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01;"
pytestmark = pytest.mark.asyncio


async def redact(stage: Stage, ticket: Any, message: Any, status: int = 200, **body: Any) -> dict[str, Any]:
    async with stage.client("supervisor") as supervisor:
        url = f"/v1/tickets/{ticket['id']}/messages/{message['id']}/redact"
        answer = await supervisor.post(url, json={"reason": "客户误发", **body})
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def first_message(desk: Any, ticket: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await desk.client.get(f"/v1/tickets/{ticket['id']}/messages")).json()["items"][0]
    return found


async def everything(stage: Stage) -> str:
    """Every row of every table, as text; bytes decoded."""
    async with stage.database.reading() as db:
        names = (await db.execute(sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))).scalars()
        tables = list(names)
    rows = [str(tuple(row)) for table in tables for row in await stage.rows(table)]
    blobs = [
        bytes(value).decode("utf-8", "ignore")
        for table in tables
        for row in await stage.rows(table)
        for value in row
        if isinstance(value, bytes | memoryview)
    ]
    return "\n".join(rows + blobs)


async def test_string_is_gone_from_every_table(stage: Stage, desk: Any) -> None:
    key = {"Idempotency-Key": "k1"}
    wanted = {
        "text": f"{CARD} 是我的卡",
        "html": "<p>4111<b> 1111</b> 1111 1111 是我的卡</p>",
        "customer": {"name": "李雷"},
    }
    ticket = (await desk.client.post("/v1/tickets", json=wanted, headers=key)).json()
    assert "4111" in ticket["subject"]
    await desk.client.patch(
        f"/v1/tickets/{ticket['id']}", json={"subject": f"卡 {CARD} 被扣款"}, headers={"If-Match": '"1"'}
    )
    incident = (await desk.client.post("/v1/incidents", json={"ticket_id": ticket["id"]})).json()
    told = {"text": f"卡 {CARD} 正在核查"}
    assert (await desk.client.post(f"/v1/incidents/{incident['id']}/broadcasts", json=told)).status_code == 201
    await desk.client.put(f"/v1/tickets/{ticket['id']}/draft", json={"text": f"您的卡 {CARD}"})
    assert "4111" in await everything(stage)
    message = await first_message(desk, ticket)
    after = await redact(stage, ticket, message, text="4111111111111111", reason=f"卡号 {CARD}")
    assert after["text"] == f"{HIDDEN} 是我的卡"
    assert after["html"] == f"<p>{HIDDEN}<b></b> 是我的卡</p>"
    assert after["redacted_at"] is not None
    assert "4111" not in await everything(stage)
    assert (await desk.look(ticket))["subject"] == f"卡 {HIDDEN} 被扣款"
    # Asked again with its key, the answer is the first one but for what must not be read.
    again = await desk.client.post("/v1/tickets", json=wanted, headers=key)
    assert again.status_code == 201
    assert (again.json()["id"], HIDDEN in again.json()["subject"]) == (ticket["id"], True)


async def test_trail_and_event_say_who_and_why_and_never_what(stage: Stage, desk: Any) -> None:
    ticket = await desk.open(text="密码 hunter2 请改")
    message = await first_message(desk, ticket)
    await redact(stage, ticket, message, text="hunter2")
    step = (await desk.trail(ticket))[-1]
    assert (step["type"], step["actor"]["kind"], step["data"]["reason"]) == ("message.redacted", "person", "客户误发")
    said = (await stage.said("message.redacted"))[0]
    assert (said.data.what, str(said.data.message_id), said.version) == ("text", message["id"], 2)
    entry = (await desk.client.get(f"/v1/tickets/{ticket['id']}/messages")).json()["items"][-1]
    assert (entry["kind"], entry["author_kind"], entry["is_public"]) == ("system", "system", False)
    assert "hunter2" not in await everything(stage)


async def test_all_versions_are_redacted(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    note = await desk.do(ticket, "notes", status=201, text="a secret1")
    url = f"/v1/tickets/{ticket['id']}/messages/{note['id']}"
    change = {"text": "b secret1", "reason": "secret1 was wrong"}
    await desk.client.patch(url, json=change, headers={"If-Match": '"2"'})
    await desk.client.patch(url, json={"text": "c"}, headers={"If-Match": '"3"'})
    await redact(stage, ticket, note, text="secret1")
    versions = (await desk.client.get(f"{url}/versions")).json()["items"]
    assert [one["text"] for one in versions] == [f"a {HIDDEN}", f"b {HIDDEN}"]
    assert "secret1" not in await everything(stage)


@pytest.mark.parametrize("verb", ["tickets", "replies"])
async def test_string_that_an_event_carries_half_of_is_gone_too(stage: Stage, desk: Any, verb: str) -> None:
    text = "x" * 3_992 + "4111222233334444 end"
    ticket = await desk.open(text=text if verb == "tickets" else "hello")
    message = await (first_message(desk, ticket) if verb == "tickets" else desk.reply(ticket, text))
    await redact(stage, ticket, message, text="4111222233334444")
    assert "4111" not in await everything(stage)


async def test_whole_message_goes_with_its_files_and_the_subject_that_was_made_of_it(stage: Stage, desk: Any) -> None:
    upload = await desk.client.post("/v1/attachments?name=护照.gif", content=GIF)
    key = {"Idempotency-Key": "k"}
    wanted = {"text": "我的身份证号码是一二三。谢谢", "customer": {}, "attachment_ids": [upload.json()["id"]]}
    ticket = (await desk.client.post("/v1/tickets", json=wanted, headers=key)).json()
    after = await redact(stage, ticket, await first_message(desk, ticket), whole=True)
    assert (after["text"], after["html"], after["attachments"][0]["file_name"]) == (HIDDEN, None, HIDDEN)
    assert (await desk.look(ticket))["subject"] == HIDDEN
    held = await everything(stage)
    assert "身份证" not in held
    assert "护照" not in held
    assert await stage.rows("attachment_piece") == []
    assert (await desk.client.get(f"/v1/attachments/{upload.json()['id']}")).status_code == 404


async def test_whole_reply_is_gone_from_events_and_answers_and_others_stay(stage: Stage, desk: Any) -> None:
    ticket = await desk.open(text="问题描述在此")
    url, key = f"/v1/tickets/{ticket['id']}/replies", {"Idempotency-Key": "r"}
    reply = (await desk.client.post(url, json={"html": "<p>内部价格</p>"}, headers=key)).json()
    await desk.reply(ticket, "别的回复")
    await redact(stage, ticket, reply, whole=True)
    held = await everything(stage)
    assert "内部价格" not in held
    assert "别的回复" in held
    assert (await desk.look(ticket))["subject"] == ticket["subject"]
    again = (await desk.client.post(url, json={"html": "<p>内部价格</p>"}, headers=key)).json()
    assert (again["id"], again["text"]) == (reply["id"], HIDDEN)


async def test_one_file_goes_and_its_link_leads_nowhere(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    files = [(await desk.client.post(f"/v1/attachments?name={n}.gif", content=GIF)).json() for n in "ab"]
    reply = await desk.reply(ticket, attachment_ids=[one["id"] for one in files])
    link = (await desk.client.get(f"/v1/attachments/{files[0]['id']}/link")).json()["url"]
    after = await redact(stage, ticket, reply, attachment_id=files[0]["id"])
    assert [one["file_name"] for one in after["attachments"]] == [HIDDEN, "b.gif"]
    assert after["text"] == reply["text"]
    async with stage.stranger() as nobody:
        assert (await nobody.get("/a/" + link.rsplit("/", 1)[1])).status_code == 404
    assert [str(row.attachment_id) for row in await stage.rows("attachment_piece")] == [files[1]["id"]]
    assert (await stage.said("message.redacted"))[0].data.what == "attachment"
    await redact(stage, ticket, reply, status=422, attachment_id=str(new_id()))


async def test_what_does_not_stand_there_is_said_and_changes_nothing(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    problem = await redact(stage, ticket, await first_message(desk, ticket), status=422, text="not there")
    assert [(one["pointer"], one["code"]) for one in problem["errors"]] == [("/text", "not_there")]
    assert await desk.look(ticket) == ticket
    assert await stage.said("message.redacted") == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": "ab", "whole": True},
        {"whole": False},
        {"text": "a"},
        {"text": " a "},
        {"attachment_id": None},
        {"attachment_id": "x"},
        {"text": "ab", "reason": ""},
    ],
)
async def test_bad_redaction_names_the_field(stage: Stage, desk: Any, body: dict[str, Any]) -> None:
    ticket = await desk.open()
    problem = await redact(stage, ticket, await first_message(desk, ticket), status=422, **body)
    assert {one["pointer"] for one in problem["errors"]} <= {"/text", "/whole", "/attachment_id", "/reason"}


async def test_agents_may_not(desk: Any) -> None:
    ticket = await desk.open()
    url = f"/v1/tickets/{ticket['id']}/messages/{(await first_message(desk, ticket))['id']}/redact"
    answer = await desk.client.post(url, json={"whole": True, "reason": "x"})
    assert (answer.status_code, answer.json()["permission"]) == (403, "messages:redact")


async def test_ids_and_states_that_look_like_it_stay(stage: Stage, desk: Any) -> None:
    ticket = await desk.open(text="open the door please")
    await redact(stage, ticket, await first_message(desk, ticket), text="open")
    assert (await desk.look(ticket))["id"] == ticket["id"]
    assert (await desk.trail(ticket))[0]["type"] == "ticket.opened"
    assert (await stage.said())[1].type == "ticket.opened"
