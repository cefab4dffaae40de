"""Merging customers."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from common.ids import new_id
from common.testing.stage import Stage
from ticket_svc.joining import move


@pytest.mark.asyncio
async def test_all_that_was_the_merged_ones_is_the_survivors(counter: Any) -> None:
    ann = await counter.customer(email="a@x.example", external_id="crm-1", tier="gold")
    bea = await counter.customer(name="Bea", phone="13800138000", external_id="crm-2")
    ticket, own = await counter.ticket(ann), await counter.ticket(bea)
    after = await counter.merge(ann, bea)
    assert (after["id"], after["name"], after["tier"]) == (bea["id"], "Bea", "gold")
    assert (after["email"], after["phone"], after["external_id"]) == ("a@x.example", "+8613800138000", "crm-2")
    data, identities, tickets = await counter.have(bea)
    assert tickets == {ticket["id"], own["id"]}
    assert len(identities) == 4
    assert await counter.tickets(ann) == set()
    assert data["merged_into"] is None


@pytest.mark.asyncio
async def test_merged_one_stays_readable_and_says_into_whom(counter: Any) -> None:
    ann, bea = await counter.customer(email="a@x.example"), await counter.customer()
    await counter.merge(ann, bea)
    seen = await counter.look(ann)
    assert (seen["id"], seen["merged_into"], seen["email"]) == (ann["id"], bea["id"], None)
    listed = (await counter.client.get("/v1/customers")).json()["items"]
    assert [one["id"] for one in listed] == [bea["id"]]


@pytest.mark.asyncio
@pytest.mark.parametrize("said", [{"email": "A@x.example"}, {"external_id": "crm-1"}, {"id": ""}])
async def test_new_tickets_of_the_merged_one_are_the_survivors(counter: Any, said: dict[str, str]) -> None:
    ann, bea = await counter.customer(email="a@x.example", external_id="crm-1"), await counter.customer(name="Bea")
    await counter.merge(ann, bea)
    body = {"text": "hello", "customer": said if "id" not in said else {"id": ann["id"]}}
    opened = await counter.json(await counter.client.post("/v1/tickets", json=body), 201)
    assert (opened["customer"]["id"], opened["customer"]["name"]) == (bea["id"], "Bea")


@pytest.mark.asyncio
async def test_what_is_asked_of_the_merged_one_is_done_to_the_survivor(counter: Any) -> None:
    ann, bea = await counter.customer(), await counter.customer()
    await counter.merge(ann, bea)
    wanted = {"kind": "email", "value": "new@x.example"}
    await counter.json(await counter.client.post(f"/v1/customers/{ann['id']}/identities", json=wanted), 201)
    assert (await counter.look(bea))["email"] == "new@x.example"


@pytest.mark.asyncio
async def test_change_based_on_the_merged_one_is_stale(counter: Any) -> None:
    ann, bea = await counter.customer(), await counter.customer()
    await counter.merge(ann, bea)
    for version in (1, 2, 3):
        headers = {"If-Match": f'"{version}"'}
        answer = await counter.client.patch(f"/v1/customers/{ann['id']}", json={"name": "x"}, headers=headers)
        assert (answer.status_code, answer.json()["merged_into"]) == (412, bea["id"])


@pytest.mark.asyncio
async def test_merge_is_said_and_stands_on_every_trail(stage: Stage, counter: Any) -> None:
    ann, bea = await counter.customer(), await counter.customer(name="Bea")
    ticket = await counter.ticket(ann)
    await counter.merge(ann, bea)
    (said,) = await stage.said("customer.merged")
    assert (str(said.about), said.version, said.data.tickets) == (ann["id"], 3, 1)
    updated = {str(one.about) for one in await stage.said("customer.updated")}
    assert updated == {ann["id"], bea["id"]}
    trail = (await counter.client.get(f"/v1/tickets/{ticket['id']}/events")).json()["items"]
    assert (trail[-1]["type"], trail[-1]["actor"]["name"], trail[-1]["text"][:5]) == (
        "customer.merged",
        "小王",
        "客户已合并",
    )
    assert trail[-1]["data"]["reason"] == "同一个人"


@pytest.mark.asyncio
async def test_asked_again_it_answers_the_same_and_does_nothing(stage: Stage, counter: Any) -> None:
    ann, bea = await counter.customer(), await counter.customer()
    first = await counter.merge(ann, bea)
    assert await counter.merge(ann, bea) == first
    assert len(await stage.said("customer.merged")) == 1


@pytest.mark.asyncio
async def test_chain_is_followed_and_a_circle_refused(counter: Any) -> None:
    ann, bea, cat = [await counter.customer(name=name) for name in ("Ann", "Bea", "Cat")]
    await counter.merge(ann, bea)
    await counter.merge(bea, cat)
    assert (await counter.ticket(ann))["customer"]["id"] == cat["id"]
    assert (await counter.merge(ann, bea))["id"] == cat["id"]
    for customer, into in ((cat, ann), (cat, bea), (cat, cat)):
        refused = await counter.merge(customer, into, status=409)
        assert refused["type"] == "urn:kefu:problem:same-person"
    dan = await counter.customer(name="Dan")
    elsewhere = await counter.merge(ann, dan, status=409)
    assert elsewhere["merged_into"] == cat["id"]
    assert (await counter.merge(dan, ann))["id"] == cat["id"]


@pytest.mark.asyncio
async def test_of_both_directions_at_once_one_is_done(counter: Any) -> None:
    for _ in range(8):
        ann, bea = await counter.customer(), await counter.customer()
        await counter.ticket(ann)
        await counter.ticket(bea)
        urls = ((ann, bea), (bea, ann))
        asked = [counter.client.post(f"/v1/customers/{a['id']}/merge", json={"into": b["id"]}) for a, b in urls]
        assert sorted(answer.status_code for answer in await asyncio.gather(*asked)) == [200, 409]
        assert sorted([len(await counter.tickets(ann)), len(await counter.tickets(bea))]) == [0, 2]


@pytest.mark.asyncio
async def test_no_ticket_that_is_opened_meanwhile_is_left_behind(counter: Any) -> None:
    ann, bea = await counter.customer(email="a@x.example"), await counter.customer()
    body = {"text": "hello", "customer": {"email": "a@x.example"}}
    opening = [counter.client.post("/v1/tickets", json=body) for _ in range(12)]
    merging = counter.client.post(f"/v1/customers/{ann['id']}/merge", json={"into": bea["id"]})
    answers = await asyncio.gather(*opening[:6], merging, *opening[6:])
    assert {answer.status_code for answer in answers} <= {200, 201, 409}
    opened = {answer.json()["id"] for answer in answers if answer.status_code == 201}
    assert await counter.tickets(ann) == set()
    assert await counter.tickets(bea) == opened


@pytest.mark.asyncio
async def test_large_customer_is_moved_in_few_statements(stage: Stage, counter: Any) -> None:
    ann, bea = await counter.customer(), await counter.customer()
    first = await counter.ticket(ann)
    copy = """
        INSERT INTO ticket (id, customer_id, subject, status, priority, channel, language, opened_at, response_due_at,
          response_stood, resolution_due_at, resolution_stood, version, updated_at)
        SELECT gen_random_uuid(), customer_id, subject, status, priority, channel, language, opened_at, response_due_at,
          response_stood, resolution_due_at, resolution_stood, version, updated_at
        FROM ticket, generate_series(1, 2200) WHERE ticket.id = CAST(:id AS uuid)
    """
    async with stage.database.transaction() as db:
        await db.execute(sa.text(copy), {"id": first["id"]})
    seen: list[str] = []
    stage.database.tell(seen.append)
    await counter.merge(ann, bea)
    assert len([sql for sql in seen if "UPDATE ticket" in sql]) == 2201 // move.BATCH + 1
    assert len(seen) < 20
    rows = await stage.rows("ticket", customer_id=bea["id"])
    assert len(rows) == 2201
    await counter.unmerge(ann)
    assert len(await stage.rows("ticket", customer_id=ann["id"])) == 2201


@pytest.mark.asyncio
async def test_who_is_unknown_is_named(counter: Any) -> None:
    ann, nobody = await counter.customer(), {"id": str(new_id())}
    refused = await counter.merge(ann, nobody, status=404)
    assert refused["errors"][0]["pointer"] == "/into"
    await counter.merge(nobody, ann, status=404)
    await counter.unmerge(nobody, status=404)


@pytest.mark.asyncio
async def test_colleague_of_another_department_merges_nobody(stage: Stage, counter: Any) -> None:
    ann, bea = await counter.customer(), await counter.customer()
    async with stage.client("light_agent") as colleague:
        for verb, body in (("merge", {"into": bea["id"]}), ("unmerge", {})):
            answer = await colleague.post(f"/v1/customers/{ann['id']}/{verb}", json=body)
            assert answer.status_code == 403


@pytest.mark.asyncio
async def test_who_replies_meanwhile_neither_loses_a_word_nor_meets_a_deadlock(counter: Any) -> None:
    ann, bea = await counter.customer(), await counter.customer()
    tickets = [await counter.ticket(ann) for _ in range(4)]

    async def talk(ticket: dict[str, Any]) -> list[int]:
        url = f"/v1/tickets/{ticket['id']}/replies"
        return [(await counter.client.post(url, json={"text": f"{n}"})).status_code for n in range(6)]

    async def join_and_part() -> list[int]:
        urls = (f"/v1/customers/{ann['id']}/merge", f"/v1/customers/{ann['id']}/unmerge")
        bodies: tuple[dict[str, str], ...] = ({"into": bea["id"]}, {})
        asked = list(zip(urls, bodies, strict=True)) * 3
        return [(await counter.client.post(url, json=body)).status_code for url, body in asked]

    *talked, joined = await asyncio.gather(*map(talk, tickets), join_and_part())
    assert talked == [[201] * 6] * 4
    assert joined == [200] * 6
    assert await counter.tickets(ann) == {ticket["id"] for ticket in tickets}
    for ticket in tickets:
        messages = (await counter.client.get(f"/v1/tickets/{ticket['id']}/messages")).json()["items"]
        assert len(messages) == 7
