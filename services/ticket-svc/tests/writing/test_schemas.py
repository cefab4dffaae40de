"""What is written, as it comes in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ticket_svc.writing.html import LONGEST

pytestmark = pytest.mark.asyncio


async def test_html_is_made_harmless_and_gives_the_text(desk: Any) -> None:
    ticket = await desk.open()
    html = '<p>请看 <a href="https://a.example/x">这里</a></p><img src=https://t.example/1 onerror=alert(1)>'
    reply = await desk.do(ticket, "replies", status=201, html=html)
    assert reply["text"] == "请看 这里 (https://a.example/x)\n\n🖼"
    assert "onerror" not in reply["html"]
    assert 'data-remote-src="https://t.example/1"' in reply["html"]
    assert (await desk.client.get(f"/v1/tickets/{ticket['id']}/messages")).json()["items"][-1] == reply


async def test_text_beside_html_stays_as_it_was_written(desk: Any) -> None:
    ticket = await desk.open()
    note = await desk.do(ticket, "notes", status=201, text="plain", html="<b>rich</b>")
    assert (note["text"], note["html"], note["kind"]) == ("plain", "<b>rich</b>", "note")


@pytest.mark.parametrize("blank", ["", "  \r\n "])
async def test_a_blank_plain_part_beside_html_is_none(desk: Any, blank: str) -> None:
    ticket = await desk.open()
    reply = await desk.do(ticket, "replies", status=201, text=blank, html="<b>rich</b>")
    assert (reply["text"], reply["html"]) == ("rich", "<b>rich</b>")


async def test_ticket_may_be_opened_with_html_alone(stage: Any, desk: Any) -> None:
    answer = await desk.client.post("/v1/tickets", json={"html": "<p>我的订单还没到。</p><p>急</p>", "customer": {}})
    assert answer.status_code == 201
    assert (answer.json()["subject"], answer.json()["language"]) == ("我的订单还没到。", "zh")
    message = (await desk.client.get(f"/v1/tickets/{answer.json()['id']}/messages")).json()["items"][0]
    assert (message["text"], message["html"]) == ("我的订单还没到。\n\n急", "<p>我的订单还没到。</p><p>急</p>")
    assert (await stage.said("ticket.opened"))[0].data.text == "我的订单还没到。\n\n急"


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "/text", "nothing_to_read"),
        ({"text": ""}, "/text", "nothing_to_read"),
        ({"text": " \n"}, "/text", "nothing_to_read"),
        ({"html": "<script>alert(1)</script>"}, "/text", "nothing_to_read"),
        ({"text": None}, "/text", "string_type"),
        ({"html": None, "text": "x"}, "/html", "string_type"),
        ({"html": ""}, "/html", "string_too_short"),
        ({"html": "x" * (LONGEST + 1)}, "/html", "string_too_long"),
        ({"html": "a\x00b"}, "/html", "string_pattern_mismatch"),
        ({"html": "\ud800"}, "/html", "string_unicode"),
    ],
)
async def test_bad_writing_names_the_field(desk: Any, body: dict[str, Any], pointer: str, code: str) -> None:
    ticket = await desk.open()
    answer = await desk.client.post(
        f"/v1/tickets/{ticket['id']}/replies", content=json.dumps(body), headers={"content-type": "application/json"}
    )
    assert answer.status_code == 422
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [(pointer, code)]
