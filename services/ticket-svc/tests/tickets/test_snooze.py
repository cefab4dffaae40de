"""Snoozing and waking."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from common.testing.stage import Stage

pytestmark = pytest.mark.asyncio


async def test_a_ticket_sleeps_until_its_time_and_no_clock_hears_it(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    until = stage.clock.now() + timedelta(hours=2)
    asleep = await desk.do(ticket, "snooze", until=until.isoformat())
    assert (asleep["snoozed"], asleep["status"]) == (True, "new")
    assert asleep["resolution_due_at"] == ticket["resolution_due_at"]
    await stage.pass_time(timedelta(hours=2))
    awake = await desk.look(ticket)
    assert (awake["snoozed"], awake["snoozed_until"]) == (False, None)
    assert (await stage.said("ticket.woken"))[0].data.because == "time"
    assert (await desk.trail(ticket))[-1]["actor"]["name"] == "snooze"


async def test_a_customers_question_wakes_it_and_thanks_do_not(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    await desk.do(ticket, "snooze", until=None)
    await desk.reply(ticket, "谢谢", author="customer")
    assert (await desk.look(ticket))["snoozed"] is True
    await desk.reply(ticket, "到了吗", author="customer")
    assert (await desk.look(ticket))["snoozed"] is False
    assert (await stage.said("ticket.woken"))[0].data.because == "reply"


async def test_a_snooze_for_an_appointment_outlasts_the_customers_yes(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    until = (stage.clock.now() + timedelta(days=1)).isoformat()
    await desk.do(ticket, "snooze", until=until, outlasts_reply=True)
    await desk.reply(ticket, "明天上午可以", author="customer")
    assert (await desk.look(ticket))["snoozed"] is True
    await stage.pass_time(timedelta(days=1))
    assert (await desk.look(ticket))["snoozed"] is False


async def test_a_second_snooze_takes_the_place_of_the_first(stage: Stage, desk: Any) -> None:
    ticket, now = await desk.open(), stage.clock.now()
    await desk.do(ticket, "snooze", until=(now + timedelta(hours=1)).isoformat())
    await desk.do(ticket, "snooze", until=(now + timedelta(hours=5)).isoformat())
    await stage.pass_time(timedelta(hours=1))
    assert (await desk.look(ticket))["snoozed"] is True
    await desk.do(ticket, "snooze", until=None)
    await stage.pass_time(timedelta(hours=9))
    assert (await desk.look(ticket))["snoozed"] is True


async def test_a_person_wakes_it_once(desk: Any) -> None:
    ticket = await desk.open()
    await desk.do(ticket, "wake", status=409)
    await desk.do(ticket, "snooze")
    assert (await desk.do(ticket, "wake"))["snoozed"] is False


async def test_resolving_ends_the_sleep_and_a_resolved_ticket_does_not_sleep(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    await desk.do(ticket, "snooze", until=(stage.clock.now() + timedelta(days=1)).isoformat())
    assert (await desk.do(ticket, "resolve"))["snoozed"] is False
    assert await stage.rows("timer", kind="ticket.wake") == []
    await desk.do(ticket, "snooze", status=409)


async def test_what_cannot_be_a_snooze_is_refused_by_its_field(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    past = await desk.do(ticket, "snooze", status=422, until=stage.clock.now().isoformat())
    assert past["errors"][0]["pointer"] == "/until"
    naive = await desk.do(ticket, "snooze", status=422, until="2027-01-01T00:00:00")
    assert naive["errors"][0]["pointer"] == "/until"
    await desk.do(ticket, "snooze", status=422, outlasts_reply=True)


async def test_the_list_can_leave_out_what_sleeps(desk: Any) -> None:
    asleep, awake = await desk.open(), await desk.open()
    await desk.do(asleep, "snooze")
    for wanted, expected in (("true", asleep), ("false", awake)):
        items = (await desk.client.get("/v1/tickets", params={"snoozed": wanted})).json()["items"]
        assert [one["id"] for one in items] == [expected["id"]]
