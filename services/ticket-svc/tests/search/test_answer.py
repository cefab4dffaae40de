"""Searching tickets over HTTP: what is found, by whom, in which order, page by page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from common.contracts.routing import AgentJoined
from common.ids import new_id
from common.testing.stage import Stage


@pytest.mark.asyncio
async def test_a_ticket_is_found_by_the_words_of_all_its_messages_together(finder: Any) -> None:
    ticket = await finder.open("我的订单还没到")
    await finder.open("订单号填错了")
    await finder.do(ticket, "replies", text="已联系仓库加急发货")
    assert await finder.ids("订单 仓库") == [ticket["id"]]
    assert len(await finder.ids("订单")) == 2


@pytest.mark.asyncio
async def test_english_is_found_in_any_form_of_its_words(finder: Any) -> None:
    ticket = await finder.open("My parcels were damaged, please refund")
    assert await finder.ids("refunded parcel") == [ticket["id"]]
    assert await finder.ids("refund bicycle") == []


@pytest.mark.asyncio
async def test_traditional_and_full_width_forms_find_the_same(finder: Any) -> None:
    ticket = await finder.open("退货订单ＶＩＰ")
    assert await finder.ids("退貨訂單 vip") == [ticket["id"]]


@pytest.mark.asyncio
async def test_one_character_is_found_wherever_it_stands(finder: Any) -> None:
    first, last, none = [await finder.open(text) for text in ("猫粮过期了", "收到一只猫", "狗粮过期了")]
    assert set(await finder.ids("猫")) == {first["id"], last["id"]}
    assert none["id"] in await finder.ids("狗")


@pytest.mark.asyncio
async def test_the_newest_comes_first_and_pages_meet(finder: Any) -> None:
    tickets = [(await finder.open(f"退款第{number}次"))["id"] for number in range(7)]
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = await finder.page("退款", limit=2, **cursor)
        found += [hit["ticket"]["id"] for hit in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert found == tickets[::-1]


@pytest.mark.asyncio
async def test_what_the_text_names_comes_first_and_only_once(finder: Any) -> None:
    wang = {"name": "王芳", "email": "wang.fang@example.com", "phone": "13800138000", "external_id": "crm-88"}
    theirs = [(await finder.open(text, customer=wang))["id"] for text in ("尺码不对", "王芳的发票")]
    named = await finder.open("hello", external_id="crm-88")
    about = await finder.open("王芳在群里说过这件事")
    assert await finder.ids("王芳") == [*theirs[::-1], about["id"]]
    assert await finder.ids("crm-88") == [named["id"], *theirs[::-1]]
    for beginning in ("wang.f", "WANG.FANG@example.com", "138 0013", "+8613800138000"):
        assert await finder.ids(beginning) == theirs[::-1], beginning


@pytest.mark.asyncio
async def test_pages_go_on_from_what_is_named_to_what_has_the_words(finder: Any) -> None:
    ann = {"name": "Refund Ann", "external_id": "a"}
    hers = [(await finder.open(f"hello {n}", customer=ann))["id"] for n in range(3)]
    others = [(await finder.open(f"refund, Ann! {n}"))["id"] for n in range(3)]
    found: list[str] = []
    kinds: list[str] = []
    cursor: dict[str, str] = {}
    for _ in range(6):
        page = await finder.page("refund ann", limit=1, **cursor)
        found += [hit["ticket"]["id"] for hit in page["items"]]
        kinds += [hit["found_by"] for hit in page["items"]]
        cursor = {"cursor": page["next_cursor"]}
    assert page["next_cursor"] is None
    assert found == [*hers[::-1], *others[::-1]]
    assert kinds == ["customer"] * 3 + ["words"] * 3


@pytest.mark.asyncio
async def test_a_number_finds_its_ticket_and_tickets_that_mention_it(finder: Any) -> None:
    ticket = await finder.open("hello")
    other = await finder.open(f"same as {ticket['number']}")
    hits = await finder.search(f"#{ticket['number']}")
    assert [(hit["ticket"]["id"], hit["found_by"]) for hit in hits] == [
        (ticket["id"], "ticket"),
        (other["id"], "words"),
    ]


@pytest.mark.asyncio
async def test_only_where_nothing_has_all_words_most_will_do(finder: Any) -> None:
    most = await finder.open("耳机左边没有声音，充电盒也坏了")
    await finder.open("耳机很好")
    hits = await finder.search("耳机 声音 蓝牙")
    assert [(hit["ticket"]["id"], hit["found_by"]) for hit in hits] == [(most["id"], "some_words")]
    whole = await finder.open("耳机声音断断续续，蓝牙连不上")
    assert [hit["ticket"]["id"] for hit in await finder.search("耳机 声音 蓝牙")] == [whole["id"]]


@pytest.mark.asyncio
async def test_those_with_more_of_the_words_come_before_newer_ones(finder: Any) -> None:
    more = await finder.open("screen keyboard battery")
    fewer = await finder.open("screen keyboard")
    assert await finder.ids("screen keyboard battery charger") == [more["id"]]
    assert await finder.ids("screen keyboard zipper") == [fewer["id"], more["id"]]


@pytest.mark.asyncio
async def test_filters_hold_for_every_way_of_finding(finder: Any, stage: Stage) -> None:
    agent_id = new_id()
    await stage.hear(AgentJoined(agent_id=agent_id, name="小李", skills={}, capacity=5), about=agent_id)
    old = await finder.open("退款 一")
    stage.clock.forward(timedelta(days=40))
    new = await finder.open("退款 二", customer={"name": "李雷", "external_id": "c-2"})
    await finder.do(new, "assign", agent_id=str(agent_id))
    for asked, expected in (
        ({"status": "open"}, [new]),
        ({"status": "new"}, [old]),
        ({"agent_id": str(agent_id)}, [new]),
        ({"customer_id": old["customer"]["id"]}, [old]),
        ({"from": new["opened_at"]}, [new]),
        ({"to": new["opened_at"]}, [old]),
        ({"from": old["opened_at"], "to": new["opened_at"]}, [old]),
        ({"status": "closed"}, []),
    ):
        wanted = [ticket["id"] for ticket in expected]
        assert await finder.ids("退款", **asked) == wanted, asked
        assert await finder.ids(str(old["number"]), **asked) == [one for one in wanted if one == old["id"]], asked
        assert await finder.ids("李雷", **asked) == [one for one in wanted if one == new["id"]], asked


@pytest.mark.asyncio
async def test_an_excerpt_says_where_it_is_from_and_what_was_asked_for(finder: Any) -> None:
    ticket = await finder.open("您好，想问一下<b>进度</b>")
    await finder.do(ticket, "notes", text="财务说退款卡在银行")
    [hit] = await finder.search("退款")
    assert "".join(piece["text"] for piece in hit["excerpt"]["pieces"]) == "财务说退款卡在银行"
    assert [piece["text"] for piece in hit["excerpt"]["pieces"] if piece["found"]] == ["退款"]
    assert hit["excerpt"]["is_public"] is False
    assert hit["excerpt"]["message_id"] is not None
    [hit] = await finder.search("进度")
    assert "<b>" in hit["excerpt"]["pieces"][0]["text"] + hit["excerpt"]["pieces"][1]["text"]


@pytest.mark.asyncio
async def test_notes_are_found_by_those_who_may_read_them_only(stage: Stage, finder: Any) -> None:
    ticket = await finder.open("hello")
    await finder.do(ticket, "notes", text="客户情绪激动")
    async with (
        stage.client("light_agent") as colleague,
        stage.client("customer") as customer,
        stage.stranger() as other,
    ):
        params = {"q": "情绪激动"}
        assert len((await colleague.get("/v1/ticket-search", params=params)).json()["items"]) == 1
        assert (await colleague.get(f"/v1/tickets/{ticket['id']}/messages")).status_code == 200
        assert (await customer.get("/v1/ticket-search", params=params)).status_code == 403
        assert (await other.get("/v1/ticket-search", params=params)).status_code == 401


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("params", "status", "pointer"),
    [
        ({}, 422, "?q"),
        ({"q": " "}, 422, "?q"),
        ({"q": "x" * 1001}, 422, "?q"),
        ({"q": "x", "status": "lost"}, 422, "?status"),
        ({"q": "x", "from": "2026-03-16T00:00:00"}, 422, "?from"),
        ({"q": "x", "agent_id": "me"}, 422, "?agent_id"),
    ],
)
async def test_bad_input_names_the_field(finder: Any, params: dict[str, str], status: int, pointer: str) -> None:
    answer = await finder.client.get("/v1/ticket-search", params=params)
    assert answer.status_code == status
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


@pytest.mark.asyncio
async def test_the_first_and_the_last_time_there_is_can_be_asked_for(finder: Any) -> None:
    ticket = await finder.open("退款")
    ever = {"from": "0001-01-01T00:00:00+14:00", "to": "9999-12-31T23:59:59-12:00"}
    assert await finder.ids("退款", **ever) == [ticket["id"]]
    assert await finder.ids("退款", **{"from": ever["to"]}) == []


@pytest.mark.asyncio
async def test_a_cursor_of_another_list_is_refused(finder: Any) -> None:
    for number in range(2):
        await finder.open(f"退款{number}")
    cursor = (await finder.client.get("/v1/tickets", params={"limit": 1})).json()["next_cursor"]
    answer = await finder.client.get("/v1/ticket-search", params={"q": "退款", "cursor": cursor})
    assert answer.status_code == 400


@pytest.mark.asyncio
@pytest.mark.parametrize("q", ["the", "'", "\\", "a & b | !c:*", "退款' & '发票", "%_", "😀", "‮", "<->", "\u0301"])
async def test_no_text_breaks_the_question(finder: Any, q: str) -> None:
    await finder.open("a b c 退款 发票")
    await finder.search(q)
