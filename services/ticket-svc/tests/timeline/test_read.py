"""The timeline of a person."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
import pytest_asyncio
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.asyncpg import dialect

from common.contracts.feedback import RecoveryOpened, SurveyAnswered
from common.ids import new_id
from common.testing.stage import Stage, a_caller
from ticket_svc.timeline.kinds import sought
from ticket_svc.timeline.place import BEGINNING
from ticket_svc.timeline.read import TIMELINE, values_of


@pytest_asyncio.fixture(loop_scope="session")
async def client(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    """An agent's."""
    async with stage.client(caller=a_caller("agent", name="小王")) as made:
        yield made


async def posted(client: httpx.AsyncClient, path: str, **body: Any) -> dict[str, Any]:
    """What was answered to a POST."""
    answer = await client.post(path, json=body)
    assert answer.is_success, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def timeline(client: httpx.AsyncClient, customer_id: str, **asked: Any) -> list[dict[str, Any]]:
    """Every page of a timeline."""
    found: list[dict[str, Any]] = []
    asked = {"language": "en", "limit": 200, **asked}
    while True:
        answer = await client.get(f"/v1/customers/{customer_id}/timeline", params=asked)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        asked["cursor"] = page["next_cursor"]


async def a_life(stage: Stage, client: httpx.AsyncClient) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """A customer with two tickets in two channels and something of everything; an e-mail address, a number."""
    ann = await posted(client, "/v1/customers", name="Ann", email="ann@x.example")
    stage.clock.forward(timedelta(minutes=1))
    first = await posted(client, "/v1/tickets", text="我的订单还没到", customer={"id": ann["id"]}, channel="email")
    for verb, body in (("replies", {"text": "已为您查询"}), ("notes", {"text": "仓库缺货"}), ("resolve", {})):
        stage.clock.forward(timedelta(minutes=1))
        await posted(client, f"/v1/tickets/{first['id']}/{verb}", **body)
    stage.clock.forward(timedelta(minutes=1))
    second = await posted(client, "/v1/tickets", text="再问一下", customer={"id": ann["id"]}, channel="chat")
    about = {"ticket_id": UUID(first["id"]), "customer_id": UUID(ann["id"]), "agent_id": None}
    survey_id, recovery_id, now = new_id(), new_id(), stage.clock.now()
    await stage.hear(
        SurveyAnswered(survey_id=survey_id, score=2, comment=None, answered_at=now, **about), about=survey_id
    )
    opened = {
        "recovery_id": recovery_id,
        "survey_id": survey_id,
        "score": 2,
        "due_at": now,
        "opened_at": now,
        "number": 1,
    }
    await stage.hear(RecoveryOpened.model_validate({**about, **opened}), about=recovery_id)
    stage.clock.forward(timedelta(minutes=1))
    await posted(client, f"/v1/customers/{ann['id']}/identities", kind="phone", value="13800138000")
    return ann["id"], first, second


@pytest.mark.asyncio
async def test_all_that_happened_is_there_newest_first(stage: Stage, client: httpx.AsyncClient) -> None:
    ann, first, second = await a_life(stage, client)
    found = await timeline(client, ann)
    assert [(one["kind"], one["type"]) for one in found] == [
        ("customer", "customer.identity_added"),
        ("message", "message.public"),
        ("recovery", "recovery.opened"),
        ("survey", "survey.answered"),
        ("opened", "ticket.opened"),
        ("sla", "sla.met"),
        ("ticket", "ticket.resolved"),
        ("note", "message.note"),
        ("message", "message.public"),
        ("sla", "sla.met"),
        ("message", "message.public"),
        ("opened", "ticket.opened"),
    ]
    assert [one["at"] for one in found] == sorted((one["at"] for one in found), reverse=True)
    assert (found[-1]["text"], found[-2]["text"]) == ("Ticket opened", "我的订单还没到")
    assert found[-1]["ticket"] == {name: first[name] for name in ("id", "number", "subject", "channel")}
    assert (found[1]["ticket"]["number"], found[0]["ticket"]) == (second["number"], None)
    assert found[0]["actor"]["name"] == "小王"


@pytest.mark.asyncio
@pytest.mark.parametrize("limit", [1, 2, 5])
async def test_pages_meet_without_gap_or_overlap(stage: Stage, client: httpx.AsyncClient, limit: int) -> None:
    ann, _, _ = await a_life(stage, client)
    assert await timeline(client, ann, limit=limit) == await timeline(client, ann)


async def much_told_late(stage: Stage, client: httpx.AsyncClient) -> str:
    """A customer of twelve tickets, the oldest of which get answers to their surveys at last, out of their order."""
    ann = (await posted(client, "/v1/customers", name="Ann"))["id"]
    tickets: list[str] = []
    for at in range(12):
        stage.clock.forward(timedelta(minutes=1))
        opened = await posted(client, "/v1/tickets", text=f"第{at}个问题", customer={"id": ann}, channel="email")
        tickets.append(opened["id"])
        stage.clock.forward(timedelta(minutes=1))
        await posted(client, f"/v1/tickets/{tickets[at // 2]}/notes", text=f"n{at}")
    for back, ticket_id in enumerate((tickets[1], tickets[0], tickets[7], tickets[1])):
        answered = stage.clock.now() - timedelta(seconds=20 * back)
        survey = SurveyAnswered(
            survey_id=new_id(), score=4, comment=None, answered_at=answered, ticket_id=UUID(ticket_id),
            customer_id=UUID(ann), agent_id=None,
        )  # fmt: skip
        await stage.hear(survey, about=survey.survey_id)
    return ann


@pytest.mark.asyncio
@pytest.mark.parametrize("asked", [{}, {"kind": "survey"}, {"kind": ["opened", "note"]}])
async def test_no_page_misses_what_old_tickets_were_told_late(
    stage: Stage, client: httpx.AsyncClient, asked: dict[str, Any]
) -> None:
    ann = await much_told_late(stage, client)
    whole = await timeline(client, ann, **asked)
    assert len(whole) > 3
    for limit in (1, 2, 3):
        assert await timeline(client, ann, limit=limit, **asked) == whole


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("asked", "kinds"),
    [
        ({"kind": ["survey", "recovery"]}, ["recovery", "survey"]),
        ({"kind": "note"}, ["note"]),
        ({"kind": ["customer"]}, ["customer"]),
        ({"channel": "chat"}, ["message", "opened"]),
        ({"channel": "chat", "kind": "customer"}, []),
        ({"channel": "wechat"}, []),
    ],
)
async def test_timeline_is_filtered_by_kind_and_channel(
    stage: Stage, client: httpx.AsyncClient, asked: dict[str, Any], kinds: list[str]
) -> None:
    ann, _, _ = await a_life(stage, client)
    assert [one["kind"] for one in await timeline(client, ann, **asked)] == kinds


@pytest.mark.asyncio
async def test_past_of_who_was_merged_belongs_to_the_person(stage: Stage, client: httpx.AsyncClient) -> None:
    ann, _, _ = await a_life(stage, client)
    before = await timeline(client, ann)
    bea = (await posted(client, "/v1/customers", name="Bea"))["id"]
    stage.clock.forward(timedelta(minutes=1))
    await posted(client, f"/v1/customers/{ann}/merge", into=bea)
    merged, *rest = await timeline(client, bea)
    assert (merged["type"], merged["data"]["merged_id"], merged["data"]["tickets"]) == ("customer.merged", ann, 2)
    assert rest == before
    assert await timeline(client, ann) == [merged, *rest]


@pytest.mark.asyncio
async def test_tier_changes_say_who_and_why(client: httpx.AsyncClient) -> None:
    ann = await posted(client, "/v1/customers", name="Ann")
    body = {"tier": "vip", "tier_reason": "年度大客户"}
    await client.patch(f"/v1/customers/{ann['id']}", json=body, headers={"If-Match": '"1"'})
    (step,) = await timeline(client, ann["id"])
    assert (step["type"], step["actor"]["name"], step["text"]) == ("customer.tier_changed", "小王", "Tier changed")
    assert step["data"] == {"from": "standard", "to": "vip", "reason": "年度大客户"}


@pytest.mark.asyncio
async def test_who_may_not_reach_the_customer_sees_no_address_in_it(stage: Stage, client: httpx.AsyncClient) -> None:
    ann, _, _ = await a_life(stage, client)
    async with stage.client("light_agent") as colleague:
        (step,) = await timeline(colleague, ann, kind="customer")
    assert (step["data"]["kind"], step["data"]["value"]) == ("phone", "+86138****8000")


@pytest.mark.asyncio
async def test_who_may_not_read_tickets_is_told_what_the_customer_is(stage: Stage, client: httpx.AsyncClient) -> None:
    ann, _, _ = await a_life(stage, client)
    key = a_caller("integration", scopes=frozenset({"customers:read"}))
    async with stage.client(caller=key) as reader:
        assert {one["kind"] for one in await timeline(reader, ann)} == {"customer"}


@pytest.mark.asyncio
async def test_bad_questions_are_refused(client: httpx.AsyncClient) -> None:
    ann = await posted(client, "/v1/customers", name="Ann")
    url = f"/v1/customers/{ann['id']}/timeline"
    for asked, status in (
        ({"kind": "weather"}, 422),
        ({"channel": "fax"}, 422),
        ({"cursor": "made-up-cursor-of-mine"}, 400),
    ):
        assert (await client.get(url, params=asked)).status_code == status
    assert (await client.get(f"/v1/customers/{new_id()}/timeline")).status_code == 404


# A small world with the shape of the big one: enough rows that reading a table from end to end would be the cheaper
# plan for nobody.
_WORLD = """
WITH people AS (
  INSERT INTO customer (id, name, tier, language, version, created_at, updated_at)
  SELECT gen_random_uuid(), 'c' || n, 'standard', 'zh', 1, now(), now() FROM generate_series(1, 400) n RETURNING id),
tickets AS (
  INSERT INTO ticket (id, customer_id, subject, status, priority, channel, language, opened_at, response_due_at,
    response_stood, resolution_due_at, resolution_stood, version, updated_at)
  SELECT gen_random_uuid(), people.id, 's', 'open', 'normal', 'web', 'zh', now() - n * interval '1 hour', now(),
    interval '0', now(), interval '0', 1, now()
  FROM people, generate_series(1, 5) n RETURNING id, customer_id, opened_at),
messages AS (
  INSERT INTO message (id, ticket_id, is_public, author_kind, author_name, text, article_ids, created_at)
  SELECT gen_random_uuid(), tickets.id, n <> 3, 'customer', 'c', repeat('x', 200), '{}',
    opened_at + n * interval '1 minute'
  FROM tickets, generate_series(1, 4) n),
steps AS (
  INSERT INTO ticket_event (ticket_id, version, type, actor_kind, actor_name, at, data)
  SELECT tickets.id, n, 'ticket.resolved', 'person', 'x', opened_at + n * interval '1 minute', '{}'
  FROM tickets, generate_series(1, 4) n)
INSERT INTO customer_event (customer_id, version, type, actor_kind, actor_name, at, data)
SELECT people.id, n, 'customer.updated', 'person', 'x', now(), '{}' FROM people, generate_series(1, 3) n
"""


def _bound(values: dict[str, Any]) -> tuple[str, list[Any]]:
    compiled = TIMELINE.compile(dialect=dialect())  # type: ignore[no-untyped-call]  # SQLAlchemy's
    return str(compiled), [values[name] for name in compiled.positiontup or ()]


@pytest.mark.asyncio
@pytest.mark.parametrize("analysed", [False, True])
async def test_no_table_is_read_from_end_to_end(stage: Stage, analysed: bool) -> None:
    async with stage.database.transaction() as db:
        await db.execute(sa.text(_WORLD))
        one = (await db.execute(sa.text("SELECT id FROM customer LIMIT 1"))).scalar_one()
    sql, arguments = _bound(values_of(one, None, sought((), channel=None, may_read_tickets=True), BEGINNING, 51))
    connection = await asyncpg.connect(stage.database.url)
    try:
        if analysed:
            await connection.execute("ANALYZE")
        plan = "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN {sql}", *arguments))
    finally:
        await connection.close()
    assert "Seq Scan" not in plan, plan
    for index in ("ix_ticket_of_customer", "ix_message_of_ticket", "pk_ticket_event", "pk_customer_event"):
        assert index in plan, plan
