"""In whose voice a caller may write."""

from __future__ import annotations

from typing import Any

import pytest

from common.testing.stage import Stage, a_caller
from ticket_svc.tickets.voice import may_speak


@pytest.mark.parametrize(
    ("author", "kind", "may_automate", "may"),
    [
        ("agent", "user", False, True),
        ("agent", "key", False, True),
        ("customer", "key", True, True),
        ("assistant", "key", True, True),
        ("rule", "key", True, True),
        ("assistant", "key", False, False),
        ("assistant", "user", True, False),
        ("rule", "user", False, False),
    ],
)
def test_programs_say_that_they_are_programs_and_persons_never_do(
    author: Any, kind: Any, *, may_automate: bool, may: bool
) -> None:
    assert may_speak(author, kind=kind, may_automate=may_automate) is may


@pytest.mark.asyncio
@pytest.mark.parametrize("author", ["assistant", "rule"])
async def test_program_answers_no_clock_and_takes_nothing_up(stage: Stage, desk: Any, author: str) -> None:
    ticket = await desk.open()
    async with stage.client(caller=a_caller("integration", name="机器人")) as bot:
        answer = await bot.post(f"/v1/tickets/{ticket['id']}/replies", json={"text": "您好", "author": author})
        note = await bot.post(f"/v1/tickets/{ticket['id']}/notes", json={"text": "摘要", "author": author})
    assert (answer.status_code, note.status_code) == (201, 201)
    assert (answer.json()["author_kind"], answer.json()["kind"], note.json()["kind"]) == (author, "reply", "note")
    after = await desk.look(ticket)
    assert (after["status"], after["responded_at"]) == ("new", None)
    assert (await stage.said("ticket.replied"))[0].data.author_kind == author
    assert [row.kind for row in await stage.rows("timer")] == ["sla.first_response", "sla.resolution"]


@pytest.mark.asyncio
@pytest.mark.parametrize("verb", ["replies", "notes"])
async def test_person_may_not_pass_for_a_program(stage: Stage, desk: Any, verb: str) -> None:
    ticket = await desk.open()
    problem = await desk.do(ticket, verb, status=403, text="x", author="assistant")
    assert (problem["errors"][0]["pointer"], problem["permission"]) == ("/author", "tickets:automate")
    limited = a_caller("integration", scopes=frozenset({"tickets:write"}))
    async with stage.client(caller=limited) as key:
        answer = await key.post(f"/v1/tickets/{ticket['id']}/{verb}", json={"text": "x", "author": "rule"})
    assert answer.status_code == 403


@pytest.mark.asyncio
async def test_program_may_not_write_to_a_closed_ticket_either(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    await desk.do(ticket, "resolve")
    await desk.do(ticket, "close")
    async with stage.client(caller=a_caller("integration")) as bot:
        answer = await bot.post(f"/v1/tickets/{ticket['id']}/replies", json={"text": "x", "author": "rule"})
    assert answer.status_code == 409
