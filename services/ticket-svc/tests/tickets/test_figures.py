"""What the service desk's metrics count: tickets by channel, open ones, deadlines kept and missed."""

from datetime import timedelta

import pytest

from common.testing.stage import Stage
from ticket_svc.tickets import figures

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_ticket_and_its_missed_deadline_are_counted_once(stage: Stage) -> None:
    created = figures.CREATED.labels("wechat")._value.get
    due, breached = (metric.labels("first_response")._value.get for metric in (figures.DUE, figures.BREACHED))
    before = created(), due(), breached()
    body = {"text": "你好", "channel": "wechat", "customer": {"name": "王芳", "email": "wang@example.com"}}
    async with stage.client("integration") as client:
        for _ in range(2):
            answer = await client.post("/v1/tickets", json=body, headers={"idempotency-key": "one-and-the-same"})
            assert answer.is_success, answer.text
    assert created() - before[0] == 1
    await stage.pass_time(timedelta(hours=5))
    assert (due() - before[1], breached() - before[2]) == (1, 1)


async def test_what_is_open_is_found_by_status_and_priority(stage: Stage) -> None:
    body = {"text": "hello", "priority": "urgent", "customer": {"name": "Olivia", "email": "o@example.com"}}
    async with stage.client("integration") as client:
        for key in "ab":
            assert (await client.post("/v1/tickets", json=body, headers={"idempotency-key": key * 20})).is_success
    (measured,) = figures.MEASURES
    async with stage.database.reading() as db:
        rows = (await db.execute(measured.statement)).all()
    assert [tuple(row) for row in rows] == [("new", "urgent", 2)]
    assert measured.gauge._labelnames == ("status", "priority")
