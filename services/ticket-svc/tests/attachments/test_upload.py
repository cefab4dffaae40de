"""Taking a file in, when it does not come as it should; and giving one file to two messages at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.requests import ClientDisconnect

from common.testing.stage import MORNING, Stage, a_caller
from ticket_svc.attachments.upload import BrokenOff, TooSlowUpload, upload

pytestmark = pytest.mark.asyncio


async def breaking_off() -> AsyncIterator[bytes]:
    yield b"half of"
    raise ClientDisconnect


async def never_ending() -> AsyncIterator[bytes]:
    yield b"a bit"
    await asyncio.sleep(60)


async def whole() -> AsyncIterator[bytes]:
    yield b"a"
    yield b""
    yield b"b"


async def test_a_file_that_breaks_off_leaves_nothing_and_takes_no_connection(stage: Stage) -> None:
    async with stage.database.transaction() as db:
        with pytest.raises(BrokenOff):
            await upload(db, a_caller(), name="x", body=breaking_off(), now=MORNING)
        assert stage.database.in_use == 0
    assert await stage.rows("attachment") == []


async def test_a_file_that_takes_too_long_leaves_nothing_and_takes_no_connection(stage: Stage) -> None:
    async with stage.database.transaction() as db:
        with pytest.raises(TooSlowUpload):
            await upload(db, a_caller(), name="x", body=never_ending(), now=MORNING, within=0.01)
        assert stage.database.in_use == 0
    assert await stage.rows("attachment") == []


async def test_a_file_that_dies_before_the_commit_leaves_nothing(stage: Stage) -> None:
    async def die() -> None:
        async with stage.database.transaction() as db:
            await upload(db, a_caller(), name="x", body=whole(), now=MORNING)
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        await die()
    assert (await stage.rows("attachment"), await stage.rows("attachment_piece")) == ([], [])


async def test_one_file_given_to_two_messages_at_once_has_one(desk: Any) -> None:
    tickets = [await desk.open() for _ in range(2)]
    file = (await desk.client.post("/v1/attachments?name=x", content=b"x")).json()
    body = {"text": "x", "attachment_ids": [file["id"]]}
    answers = await asyncio.gather(
        *(desk.client.post(f"/v1/tickets/{ticket['id']}/replies", json=body) for ticket in tickets)
    )
    assert sorted(answer.status_code for answer in answers) == [201, 422]
