"""A copy of a customer's data: all of theirs, nothing of others, and who asked for it is known."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest

from common.retention import prune
from common.testing.stage import a_caller
from ticket_svc.made_of import SERVICE

from .conftest import SECRETS, Rights

pytestmark = pytest.mark.asyncio


async def read(rights: Rights, export: dict[str, Any]) -> dict[str, Any]:
    """What ticket-svc has in it, read page by page."""
    url = f"/v1/customer-exports/{export['id']}"
    tickets, cursor = [], None
    while True:
        asked = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = await rights.ask("GET", f"{url}/tickets", params=asked)
        tickets += page["items"]
        cursor = page["next_cursor"]
        if not cursor:
            return {"person": await rights.ask("GET", f"{url}/person"), "tickets": tickets}


async def test_all_that_is_known_of_a_customer_is_in_it(rights: Rights) -> None:
    zaphod = await rights.zaphod()
    for number in range(3):
        await rights.open(zaphod, f"more {number}")
    export = await rights.ask("POST", f"/v1/customers/{zaphod['id']}/export", 201, json={"reason": "he asked"})
    found = await read(rights, export)
    told = orjson.dumps(found).decode()
    assert [one for one in SECRETS if one not in told] == []
    assert len({one["ticket"]["id"] for one in found["tickets"]}) == len(found["tickets"]) == 4
    assert len(found["person"]["customers"]) == len(export["customer_ids"]) == 2
    first = found["tickets"][0]
    assert [len(one["earlier"]) for one in first["messages"]] == [0, 1, 0, 0]
    assert "survey.answered" in {one["type"] for one in first["trail"]}
    assert {one["name"] for one in export["parts"]} == {
        *("person", "tickets", "surveys", "recoveries", "work", "suggestions")
    }


async def test_notes_can_be_left_out(rights: Rights) -> None:
    ann = await rights.customer()
    ticket = await rights.open(ann)
    await rights.ask("POST", f"/v1/tickets/{ticket['id']}/notes", 201, json={"text": "a difficult one"})
    for notes, count in ((True, 2), (False, 1)):
        body = {"reason": "asked for it", "notes": notes}
        export = await rights.ask("POST", f"/v1/customers/{ann['id']}/export", 201, json=body)
        assert len((await read(rights, export))["tickets"][0]["messages"]) == count


async def test_what_others_said_in_a_merged_ticket_is_not_in_it_and_theirs_is(rights: Rights) -> None:
    ann, bob = await rights.customer(), await rights.customer(name="Bob")
    of_ann, of_bob = await rights.open(ann, "from Ann"), await rights.open(bob, "from Bob")
    body = {"into": of_bob["id"], "other_customer": True}
    await rights.ask("POST", f"/v1/tickets/{of_ann['id']}/merge", json=body)
    for who, said in ((ann, ["from Ann"]), (bob, ["from Bob"])):
        export = await rights.ask("POST", f"/v1/customers/{who['id']}/export", 201, json={"reason": "asked"})
        found = await read(rights, export)
        assert [one["message"]["text"] for one in found["tickets"][0]["messages"]] == said


async def test_who_asked_is_known_and_nobody_reads_it_for_longer_than_a_day(rights: Rights) -> None:
    ann = await rights.customer()
    export = await rights.ask("POST", f"/v1/customers/{ann['id']}/export", 201, json={"reason": "letter of May 3"})
    timeline = await rights.ask("GET", f"/v1/customers/{ann['id']}/timeline")
    step = next(one for one in timeline["items"] if one["type"] == "customer.exported")
    assert (step["actor"]["name"], step["data"]["reason"]) == ("老板", "letter of May 3")
    await rights.ask("GET", f"/v1/customer-exports/{export['id']}")
    rights.stage.clock.forward(timedelta(hours=24))
    for part in ("", "/person", "/tickets"):
        await rights.ask("GET", f"/v1/customer-exports/{export['id']}{part}", 404)
    assert len(await rights.stage.rows("customer_export")) == 1
    await prune(rights.stage.database, SERVICE.keeps, now=rights.stage.clock.now() + timedelta(days=400))
    assert await rights.stage.rows("customer_export") == []


async def test_nobody_but_an_admin_asks_and_of_the_erased_there_is_nothing(rights: Rights) -> None:
    ann = await rights.customer()
    path, body = f"/v1/customers/{ann['id']}/export", {"reason": "Ann asked"}
    async with rights.stage.client(caller=a_caller("supervisor")) as client:
        assert (await client.post(path, json=body)).status_code == 403
    export = await rights.ask("POST", path, 201, json=body)
    await rights.erase(ann)
    await rights.ask("POST", path, 409, json=body)
    assert (await rights.ask("GET", f"/v1/customer-exports/{export['id']}"))["reason"] == "████"
