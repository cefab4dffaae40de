"""Erasing a customer: nothing of them stands anywhere, the figures stay, and the receipt says what became of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from common.contracts.copies import CopiesErased
from common.contracts.feedback import FeedbackCopiesErased
from common.contracts.kb import KbCopiesErased
from common.contracts.routing import RoutingCopiesErased
from common.ids import new_id
from common.testing.everywhere import where_it_stands
from common.testing.stage import MORNING
from ticket_svc.rights.answers import ANSWERS
from ticket_svc.rights.read import SERVICES
from ticket_svc.trail.schemas import Actor

from .conftest import SECRETS, Rights

pytestmark = pytest.mark.asyncio

PLANTED = (
    "UPDATE message SET html = 'betelgeuse' WHERE id = (SELECT id FROM message LIMIT 1)",
    'UPDATE customer SET attributes = \'{"home": ["Magrathea"]}\' WHERE id = (SELECT id FROM customer LIMIT 1)',
    "UPDATE outbox SET envelope = 'zaphod@example.com' WHERE id = (SELECT id FROM outbox LIMIT 1)",
)

MANY = """
INSERT INTO ticket SELECT copy.* FROM (SELECT ticket FROM ticket LIMIT 1) AS one, generate_series(1, 118) AS n,
  jsonb_populate_record(one.ticket, jsonb_build_object('id', gen_random_uuid(), 'number', 9000 + n)) AS copy
"""


async def test_nothing_of_an_erased_customer_stands_in_any_table(rights: Rights) -> None:
    zaphod = await rights.zaphod()
    before = await where_it_stands(rights.stage.database, SECRETS)
    assert {line.rsplit(": ", 1)[1] for line in before} == set(SECRETS)
    asked = await rights.erase(zaphod, close_open=True, reason="Zaphod Beeblebrox wrote from zaphod@example.com")
    await rights.work()
    await rights.hear_all()
    assert await where_it_stands(rights.stage.database, SECRETS) == []
    receipt = await rights.ask("GET", f"/v1/erasures/{asked['id']}")
    assert receipt["services"][0]["counts"].keys() >= {
        *("customers", "drafts", "files", "identities", "incidents", "kept_answers", "messages", "steps", "versions")
    }
    for planted in PLANTED:
        async with rights.stage.database.transaction() as db:
            await db.execute(sa.text(planted))
    assert len(await where_it_stands(rights.stage.database, SECRETS)) == len(PLANTED)


async def test_figures_of_an_erased_customers_tickets_stay(rights: Rights) -> None:
    zaphod = await rights.zaphod()
    ticket = (await rights.ask("GET", "/v1/tickets", params={"customer_id": zaphod["id"]}))["items"][0]
    await rights.erase(zaphod, close_open=True)
    await rights.work()
    after = await rights.ask("GET", f"/v1/tickets/{ticket['id']}")
    same = ("number", "priority", "channel", "opened_at", "responded_at", "resolution_due_at")
    assert {name: after[name] for name in same} == {name: ticket[name] for name in same}
    assert (after["status"], after["customer"]["tier"]) == ("closed", "vip")
    assert after["customer"]["name"] in ("已删除的客户", "Erased customer")
    trail = (await rights.ask("GET", f"/v1/tickets/{ticket['id']}/events", params={"limit": 200}))["items"]
    assert {"ticket.opened", "survey.answered", "ticket.closed", "ticket.erased"} <= {one["type"] for one in trail}
    assert next(one["data"]["score"] for one in trail if one["type"] == "survey.answered") == 1
    messages = (await rights.ask("GET", f"/v1/tickets/{ticket['id']}/messages"))["items"]
    assert {one["text"] for one in messages} == {"████"}
    found = await rights.ask("GET", "/v1/ticket-search", params={"q": "betelgeuse"})
    assert found["items"] == []


async def test_receipt_is_complete_when_everybody_answered_for_everything(rights: Rights) -> None:
    ann = await rights.customer()
    for _ in range(3):
        await rights.over(await rights.open(ann))
    asked = await rights.erase(ann)
    assert (asked["state"], asked["services"][0]["state"], asked["backups_keep_until"]) == ("running", "waiting", None)
    await rights.work()
    tickets, customers = await rights.erased(asked)
    assert (len(tickets), [one.tickets for one in customers]) == (3, [3])
    path = f"/v1/erasures/{asked['id']}"
    assert (await rights.ask("GET", path))["state"] == "waiting"
    steps: list[tuple[type[CopiesErased], int, bool]] = [
        (FeedbackCopiesErased, 3, True),
        (KbCopiesErased, 3, False),
        (KbCopiesErased, 0, True),
        (RoutingCopiesErased, 2, True),
    ]
    for answer, of, customer in steps:
        await _answer(rights, answer, asked, tickets=of, customer=customer)
    waiting = await rights.ask("GET", path)
    assert (waiting["state"], [one["state"] for one in waiting["services"]]) == (
        "waiting",
        ["complete", "complete", "complete", "waiting"],
    )
    await _answer(rights, RoutingCopiesErased, asked, tickets=1, customer=False, times=2)
    done = await rights.ask("GET", path)
    assert (done["state"], done["services"][3]["tickets"], done["services"][3]["counts"]) == (
        "complete",
        3,
        {"subjects": 2},
    )
    assert done["backups_keep_until"] == "2026-04-20T01:00:00Z"
    assert (await rights.ask("GET", "/v1/erasures"))["items"] == [done]


async def _answer(
    rights: Rights, event: Any, asked: dict[str, Any], *, tickets: int, customer: bool, times: int = 1
) -> None:
    said = event(erasure_id=asked["id"], tickets=tickets, customer=customer, counts={"subjects": 1}, erased_at=MORNING)
    await rights.stage.hear(said, about=new_id(), times=times)


async def test_every_service_that_answers_is_one_that_is_waited_for() -> None:
    assert sorted(f"{answer.OWNER}-svc" for answer in ANSWERS) == sorted(SERVICES)


async def test_erased_customer_who_writes_again_is_somebody_new(rights: Rights) -> None:
    told = {"email": "ann@example.com"}
    ann = await rights.customer(**told)
    ticket = await rights.open(ann, external_id="import-7")
    await rights.over(ticket)
    await rights.erase(ann)
    await rights.work()
    fresh = await rights.ask("POST", "/v1/tickets", 201, json={"text": "hi again", "customer": told})
    assert fresh["customer"]["id"] != ann["id"]
    again = await rights.ask(
        "POST", "/v1/tickets", 200, json={"text": "old", "customer": told, "external_id": "import-7"}
    )
    assert (again["id"], again["subject"]) == (ticket["id"], "████")


async def test_nothing_is_done_to_an_erased_customer(rights: Rights) -> None:
    ann, bob = await rights.customer(), await rights.customer()
    ticket = await rights.open(ann)
    await rights.over(ticket)
    asked = await rights.erase(ann)
    await rights.work()
    url, now = f"/v1/customers/{ann['id']}", await rights.ask("GET", f"/v1/customers/{ann['id']}")
    seen = {"If-Match": f'"{now["version"]}"'}
    await rights.ask("PATCH", url, 409, json={"name": "Ann"}, headers=seen)
    await rights.ask("POST", f"{url}/identities", 409, json={"kind": "email", "value": "a@x.cn"})
    await rights.ask("POST", f"{url}/merge", 409, json={"into": bob["id"]})
    await rights.ask("POST", f"/v1/customers/{bob['id']}/merge", 409, json={"into": ann["id"]})
    await rights.ask("POST", "/v1/tickets", 409, json={"text": "hi", "customer": {"id": ann["id"]}})
    await rights.ask(
        "POST", f"/v1/tickets/{ticket['id']}/replies", 409, json={"text": "Still broken?", "author": "customer"}
    )
    assert (await rights.erase(ann, 409))["erasure_id"] == asked["id"]


async def test_erasure_must_be_confirmed_and_nothing_may_stand_against_it(rights: Rights) -> None:
    ann = await rights.customer(email="ann@example.com")
    twin = await rights.customer(email="ann@example.org")
    ticket = await rights.open(ann)
    refused = await rights.erase(ann, 422, confirm=str(new_id()))
    assert refused["errors"][0]["pointer"] == "/confirm"
    assert (await rights.erase(ann, 409))["open_tickets"] == 1
    await rights.over(ticket)
    await rights.ask("PUT", f"/v1/customers/{twin['id']}/hold", json={"reason": "law suit"})
    await rights.ask("POST", f"/v1/customers/{twin['id']}/merge", json={"into": ann["id"]})
    await rights.erase(ann, 409)
    assert (await rights.ask("GET", f"/v1/customers/{ann['id']}"))["email"] == "ann@example.com"


async def test_hold_can_be_seen_and_lifted(rights: Rights) -> None:
    ann = await rights.customer()
    url = f"/v1/customers/{ann['id']}/hold"
    await rights.ask("GET", url, 404)
    await rights.ask("PUT", url, json={"reason": "law suit"})
    hold = await rights.ask("GET", url)
    assert (hold["reason"], Actor.model_validate(hold["by"]).name) == ("law suit", "老板")
    await rights.erase(ann, 409)
    await rights.ask("DELETE", url, 204)
    await rights.ask("DELETE", url, 404)
    await rights.erase(ann)


async def test_thousands_of_tickets_are_erased_some_at_a_time(rights: Rights) -> None:
    ann = await rights.customer()
    for _ in range(3):
        await rights.over(await rights.open(ann))
    async with rights.stage.database.transaction() as db:
        await db.execute(sa.text("ALTER TABLE ticket ALTER number SET GENERATED BY DEFAULT"))
        await db.execute(sa.text(MANY))
    asked = await rights.erase(ann)
    await rights.work()
    tickets, _ = await rights.erased(asked)
    assert (len(tickets), len({one.ticket_id for one in tickets})) == (121, 121)
    assert (await rights.ask("GET", f"/v1/erasures/{asked['id']}"))["tickets"] == 121


async def test_what_was_merged_into_another_customers_ticket_is_erased_there_and_nothing_else(rights: Rights) -> None:
    ann, bob = await rights.customer(), await rights.customer(name="Bob")
    of_ann, of_bob = await rights.open(ann, "I am from betelgeuse"), await rights.open(bob, "And I from Magrathea")
    body = {"into": of_bob["id"], "other_customer": True}
    await rights.ask("POST", f"/v1/tickets/{of_ann['id']}/merge", json=body)
    await rights.hear_all()
    await rights.erase(ann)
    await rights.work()
    texts = [one["text"] for one in (await rights.ask("GET", f"/v1/tickets/{of_bob['id']}/messages"))["items"]]
    assert sorted(texts) == ["And I from Magrathea", "████"]
    assert await where_it_stands(rights.stage.database, ["betelgeuse"]) == []
    assert (await rights.ask("GET", "/v1/ticket-search", params={"q": "Magrathea"}))["items"] != []


async def test_somebody_they_were_parted_from_keeps_nothing_of_them(rights: Rights) -> None:
    ann, bob = await rights.customer(name="Zaphod Beeblebrox"), await rights.customer(name="Bob")
    await rights.ask("POST", f"/v1/customers/{ann['id']}/merge", json={"into": bob["id"]})
    await rights.ask("POST", f"/v1/customers/{ann['id']}/unmerge", json={})
    await rights.erase(ann)
    await rights.work()
    assert await where_it_stands(rights.stage.database, ["Zaphod"]) == []
    assert (await rights.ask("GET", f"/v1/customers/{bob['id']}"))["name"] == "Bob"


async def test_tickets_that_others_are_at_are_erased_a_moment_later(rights: Rights) -> None:
    ann = await rights.customer()
    tickets = [await rights.open(ann) for _ in range(3)]
    for ticket in tickets:
        await rights.over(ticket)
    asked = await rights.erase(ann)
    async with rights.stage.database.transaction() as db:
        await db.execute(sa.text("SELECT 1 FROM ticket WHERE id = :id FOR UPDATE"), {"id": UUID(tickets[1]["id"])})
        await rights.work()
        assert (await rights.ask("GET", f"/v1/erasures/{asked['id']}"))["tickets"] == 2
    await rights.stage.pass_time(timedelta(seconds=1))
    done = await rights.ask("GET", f"/v1/erasures/{asked['id']}")
    assert (done["tickets"], done["state"]) == (3, "waiting")


async def test_request_that_failed_on_its_way_through_the_tickets_goes_on_and_counts_each_once(rights: Rights) -> None:
    ann = await rights.customer()
    ticket = await rights.open(ann)
    await rights.over(ticket)
    asked = await rights.erase(ann)
    async with rights.stage.database.transaction() as db:
        await db.execute(sa.text("ALTER TABLE message ADD CONSTRAINT broken CHECK (text <> '████')"))
    await rights.work()
    untouched = await rights.ask("GET", f"/v1/tickets/{ticket['id']}")
    assert untouched["subject"] == "hello"
    async with rights.stage.database.transaction() as db:
        await db.execute(sa.text("ALTER TABLE message DROP CONSTRAINT broken"))
    await rights.stage.pass_time(timedelta(minutes=10))
    done = await rights.ask("GET", f"/v1/erasures/{asked['id']}")
    assert (done["tickets"], done["state"], done["services"][0]["counts"]["messages"]) == (1, "waiting", 1)


async def test_only_an_admin_may_have_a_customer_erased(rights: Rights) -> None:
    ann = await rights.customer()
    body, headers = {"confirm": ann["id"], "reason": "x"}, {"If-Match": '"1"'}
    for role in ("supervisor", "agent", "integration"):
        async with rights.stage.client(role) as client:
            answer = await client.post(f"/v1/customers/{ann['id']}/erasure", json=body, headers=headers)
            assert answer.status_code == 403
