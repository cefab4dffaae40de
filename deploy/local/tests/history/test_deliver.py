"""Sending history. The platform here is a function."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest

from kefu_local.bring_in.answer import Meaning
from kefu_local.bring_in.send import Interrupted
from kefu_local.history import deliver
from kefu_local.history.deliver import MOST, MOST_BYTES, Past, is_full, past

pytestmark = pytest.mark.asyncio


def platform(answer: Callable[[list[str]], httpx.Response]) -> tuple[httpx.AsyncClient, list[list[str]]]:
    """A platform, and what it was sent."""
    sent: list[list[str]] = []

    def serve(request: httpx.Request) -> httpx.Response:
        sent.append([one["external_id"] for one in json.loads(request.content)["tickets"]])
        return answer(sent[-1])

    return httpx.AsyncClient(base_url="http://kefu.test", transport=httpx.MockTransport(serve)), sent


def tickets(count: int) -> list[Past]:
    """Tickets in the lines 1, 2, …"""
    return [past(line, {"external_id": f"z:{line}"}) for line in range(1, count + 1)]


def taken(ids: list[str], status: int = 201) -> httpx.Response:
    """An answer that takes them all."""
    return httpx.Response(200, json={"results": [{"status": status, "problem": None} for _ in ids]})


async def test_each_ticket_has_its_own_answer() -> None:
    problem = {"errors": [{"pointer": "/opened_at", "detail": "This is in the future."}]}
    results = [{"status": 201, "problem": None}, {"status": 200, "problem": None}, {"status": 422, "problem": problem}]
    client, sent = platform(lambda _: httpx.Response(200, json={"results": results}))
    found = [one async for one in deliver.deliver(client, tickets(3))]
    assert [one.meaning for one in found] == [Meaning.CREATED, Meaning.KNOWN, Meaning.BAD]
    assert (found[2].line, found[2].why) == (3, "/opened_at: This is in the future.")
    assert len(sent) == 1


async def test_those_of_a_wrong_form_are_named_and_the_rest_is_sent_again() -> None:
    def answer(ids: list[str]) -> httpx.Response:
        if len(ids) < 4:
            return taken(ids)
        errors = [{"pointer": f"/tickets/{place}/customer/phone", "detail": "no phone"} for place in (0, 2)]
        return httpx.Response(422, json={"status": 422, "detail": "…", "errors": errors})

    client, sent = platform(answer)
    found = [one async for one in deliver.deliver(client, tickets(4))]
    assert sorted((one.line, one.meaning.value) for one in found) == [
        (1, "bad"),
        (2, "created"),
        (3, "bad"),
        (4, "created"),
    ]
    assert found[0].why == "/customer/phone: no phone"
    assert sent == [["z:1", "z:2", "z:3", "z:4"], ["z:2", "z:4"]]


async def test_what_passes_is_waited_out_and_who_is_not_let_in_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliver, "pause", lambda *_: 0.0)
    answers = [httpx.Response(503, json={}), httpx.Response(500, json={})]
    client, sent = platform(lambda ids: answers.pop() if answers else taken(ids))
    assert [one.meaning async for one in deliver.deliver(client, tickets(1))] == [Meaning.CREATED]
    assert len(sent) == 3
    client, _ = platform(lambda _: httpx.Response(403, json={"detail": "No."}))
    with pytest.raises(Interrupted, match=r"No\."):
        [one async for one in deliver.deliver(client, tickets(1))]


async def test_a_batch_is_bounded_by_number_and_by_size() -> None:
    assert not is_full(tickets(MOST - 1), tickets(1)[0])
    assert is_full(tickets(MOST), tickets(1)[0])
    large = past(1, {"external_id": "z", "text": "x" * (MOST_BYTES // 2)})
    assert is_full([large], large)
    assert not is_full([], past(1, {"text": "x" * MOST_BYTES * 2}))
