import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from common.contracts.feedback import SurveySent
from common.ids import new_id
from common.testing.stage import Stage
from common.timers import sweep
from feedback_svc.made_of import SERVICE

HOUR = timedelta(hours=1)


@pytest.mark.asyncio
async def test_sending_says_to_whom_about_what_and_by_which_link(
    stage: Stage, a_surveyed_ticket: Callable[..., Awaitable[Any]]
) -> None:
    ticket = await a_surveyed_ticket(language="en")
    (said,) = await stage.said("survey.sent")
    (row,) = await stage.rows("survey")
    assert isinstance(said.data, SurveySent)
    assert (said.about, said.version, said.data.ticket_id) == (row.id, 1, ticket.id)
    assert (said.data.customer_id, said.data.language) == (ticket.customer_id, "en")
    assert said.data.link.startswith("http://127.0.0.1:8080/s/")
    assert (row.state, row.sent_at, row.expires_at) == ("sent", stage.clock.now(), row.sent_at + timedelta(days=14))


@pytest.mark.asyncio
async def test_a_customer_is_left_alone_for_30_days_and_the_survey_skipped_is_not_sent_later(
    stage: Stage, a_surveyed_ticket: Callable[..., Awaitable[Any]]
) -> None:
    customer = new_id()
    await a_surveyed_ticket(customer_id=customer)
    await stage.pass_time(timedelta(days=29))
    await a_surveyed_ticket(customer_id=customer)
    assert sorted(row.state for row in await stage.rows("survey")) == ["sent", "skipped"]
    await stage.pass_time(timedelta(days=5))
    assert len(await stage.said("survey.sent")) == 1
    await a_surveyed_ticket(customer_id=customer)
    assert len(await stage.said("survey.sent")) == 2


@pytest.mark.asyncio
async def test_one_customers_survey_leaves_others_alone(
    stage: Stage, a_surveyed_ticket: Callable[..., Awaitable[Any]]
) -> None:
    await a_surveyed_ticket()
    await a_surveyed_ticket()
    assert len(await stage.said("survey.sent")) == 2


@pytest.mark.asyncio
async def test_zero_days_ask_about_every_ticket(fresh_stage: Any, a_ticket: Callable[..., Any]) -> None:
    stage = await fresh_stage(SERVICE, survey_every_days=0)
    customer = new_id()
    for _ in range(2):
        ticket = a_ticket(customer_id=customer)
        ticket.stage = stage
        await ticket.resolve()
    await stage.pass_time(HOUR)
    assert len(await stage.said("survey.sent")) == 2


@pytest.mark.asyncio
async def test_of_many_tickets_due_at_once_in_many_workers_a_customer_is_asked_about_one(
    stage: Stage, a_ticket: Callable[..., Any]
) -> None:
    customers = [new_id() for _ in range(4)]
    for number in range(24):
        await a_ticket(customer_id=customers[number % 4]).resolve()
    stage.clock.forward(HOUR)
    await asyncio.gather(*(sweep(stage.database, stage.service.timers, stage.clock) for _ in range(4)))
    for _ in range(8):
        await stage.pass_time(HOUR)
    states = [row.state for row in await stage.rows("survey")]
    assert (states.count("sent"), states.count("skipped")) == (4, 20)
    assert len(await stage.said("survey.sent")) == 4
    assert await stage.rows("timer") == []
