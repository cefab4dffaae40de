"""Exports over HTTP: started, written step by step, fetched, given up."""

from __future__ import annotations

import gzip
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from common.contracts.tickets import CustomerErased
from common.retention import prune
from common.testing.stage import Stage
from common.timers import sweep
from ticket_svc.exports import lines
from ticket_svc.made_of import SERVICE

Json = dict[str, Any]
pytestmark = pytest.mark.asyncio


class Exporter:
    """Somebody who takes everything along."""

    def __init__(self, stage: Stage, client: httpx.AsyncClient) -> None:
        self.stage, self.client = stage, client

    async def start(self, status: int = 201, **wanted: Any) -> Json:
        """Start an export."""
        answer = await self.client.post("/v1/exports", json=wanted)
        assert answer.status_code == status, answer.text
        found: Json = answer.json()
        return found

    async def look(self, export: Json) -> Json:
        """How far it is."""
        found: Json = (await self.client.get(f"/v1/exports/{export['id']}")).json()
        return found

    async def fetch(self, export: Json) -> list[Json]:
        """The lines of its file."""
        link = await self.client.get(f"/v1/exports/{export['id']}/link")
        assert link.status_code == 200, link.text
        async with self.stage.stranger() as nobody:
            answer = await nobody.get(urlsplit(link.json()["url"]).path)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/gzip")
        assert len(answer.content) == int(answer.headers["content-length"]) == (await self.look(export))["size"]
        return [json.loads(line) for line in gzip.decompress(answer.content).splitlines()]


@pytest_asyncio.fixture(loop_scope="session")
async def exporter(stage: Stage) -> AsyncIterator[Exporter]:
    """An administrator."""
    async with stage.client("admin") as client:
        yield Exporter(stage, client)


async def test_export_and_what_follows_in_the_feed_are_complete(stage: Stage, exporter: Any, desk: Any) -> None:
    before = [await desk.open(text=f"question {n}", customer={"email": f"{n}@x.cn"}) for n in range(3)]
    await desk.do(before[0], "notes", status=201, text="look again")
    organisation = (await exporter.client.post("/v1/organisations", json={"name": "晨光", "domains": ["a.cn"]})).json()
    export = await exporter.start()
    assert (export["state"], export["by"]["name"]) == ("running", "Admin")
    after = await desk.open(text="later", customer={"email": "later@x.cn"})
    await stage.pass_time(timedelta(seconds=1))
    done = await exporter.look(export)
    assert done["state"] == "done"
    assert {**done["counts"]} == {"organisation": 1, "customer": 4, "ticket": 4}
    told = await exporter.fetch(export)
    assert (told[0]["kind"], told[0]["cursor"]) == ("export", export["cursor"])
    assert told[-1] == {"kind": "end", "counts": done["counts"]}
    assert [one["kind"] for one in told[1:-1]] == ["organisation", *["customer"] * 4, *["ticket"] * 4]
    assert told[1]["organisation"]["domains"] == organisation["domains"]
    tickets = {one["ticket"]["id"]: one["ticket"] for one in told if one["kind"] == "ticket"}
    assert [one["text"] for one in tickets[before[0]["id"]]["messages"]] == ["question 0", "look again"]
    assert tickets.keys() == {one["id"] for one in [*before, after]}
    shown = await desk.look(before[1])
    assert {name: tickets[before[1]["id"]][name] for name in ("number", "status", "version")} == {
        name: shown[name] for name in ("number", "status", "version")
    }
    # What was opened after it began is in the feed after its cursor, whether the file has it or not.
    for said in await stage.said():
        await stage.hear(said.data, about=said.about, sequence=said.version)
    follows = (await exporter.client.get("/v1/changes", params={"cursor": export["cursor"], "kinds": "ticket"})).json()
    assert follows["type"] == "urn:kefu:problem:bad-cursor"
    every = {"cursor": export["cursor"], "kinds": "ticket,customer,organisation"}
    follows = (await exporter.client.get("/v1/changes", params=every)).json()
    assert after["id"] in {one["id"] for one in follows["items"]}


async def test_it_goes_on_where_it_was_killed_and_never_holds_more_than_a_step(
    stage: Stage, exporter: Any, many: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await many([f"text {n}" for n in range(250)])
    export = await exporter.start(kinds=["ticket"])
    broken = 0

    async def killed(*_: Any) -> lines.Lines:
        nonlocal broken
        broken += 1
        raise RuntimeError("killed")

    await sweep(stage.database, stage.service.timers, stage.clock)
    assert (await exporter.look(export))["counts"] == {"ticket": 100}
    with monkeypatch.context() as patched:
        patched.setitem(lines._READERS, "ticket", killed)
        await sweep(stage.database, stage.service.timers, stage.clock)
    assert broken == 1
    assert (await exporter.look(export))["counts"] == {"ticket": 100}
    await stage.pass_time(timedelta(seconds=10))
    told = await exporter.fetch(export)
    assert (await exporter.look(export))["counts"] == {"ticket": 250}
    assert len({one["ticket"]["id"] for one in told[1:-1]}) == len(told) - 2 == 250
    assert len(await stage.rows("export_piece")) == 4


async def test_since_and_until_choose_by_the_last_change(stage: Stage, exporter: Any, desk: Any) -> None:
    await desk.open(text="early", customer={"email": "a@x.cn"})
    stage.clock.forward(timedelta(hours=1))
    since = stage.clock.now()
    middle = await desk.open(text="middle", customer={"email": "b@x.cn"})
    stage.clock.forward(timedelta(hours=1))
    until = stage.clock.now()
    await desk.open(text="late", customer={"email": "c@x.cn"})
    export = await exporter.start(kinds=["ticket"], since=since.isoformat(), until=until.isoformat())
    await stage.pass_time(timedelta(0))
    assert [one["ticket"]["id"] for one in (await exporter.fetch(export))[1:-1]] == [middle["id"]]
    problem = await exporter.start(status=422, since=until.isoformat(), until=since.isoformat())
    assert problem["errors"][0]["code"] == "out_of_order"


async def test_a_program_that_may_not_know_how_customers_are_reached_gets_them_masked(
    stage: Stage, desk: Any, exporter: Any
) -> None:
    await desk.open(customer={"name": "wang@example.com", "email": "wang@example.com", "phone": "13800138000"})
    assert await stage.rows("export") == []
    async with stage.database.transaction() as db:
        found = await lines.next_lines(db, "customer", lines.Asked(None, None, None, masked=True))
    assert b"wang@" not in found.lines[0]
    assert b"w***@example.com" in found.lines[0]
    async with stage.database.transaction() as db:
        [ticket] = (await lines.next_lines(db, "ticket", lines.Asked(None, None, None, masked=True))).lines
    assert b"wang@" not in ticket
    assert (await exporter.start())["masked"] is False


async def test_a_cancelled_export_has_no_file_and_stays_cancelled(stage: Stage, exporter: Any, desk: Any) -> None:
    await desk.open()
    export = await exporter.start()
    await sweep(stage.database, stage.service.timers, stage.clock)
    for _ in range(2):
        answer = await exporter.client.post(f"/v1/exports/{export['id']}/cancel")
        assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    await stage.pass_time(timedelta(seconds=1))
    assert (await exporter.look(export))["state"] == "cancelled"
    assert await stage.rows("export_piece") == []
    refused = await exporter.client.get(f"/v1/exports/{export['id']}/link")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:kefu:problem:no-file")


async def test_what_was_made_unreadable_is_in_no_file(stage: Stage, exporter: Any, desk: Any) -> None:
    ticket = await desk.open(text="my card is 6222 0000")
    export, without = await exporter.start(), await exporter.start(kinds=["customer"])
    await stage.pass_time(timedelta(0))
    [message] = (await desk.client.get(f"/v1/tickets/{ticket['id']}/messages")).json()["items"]
    where = f"/v1/tickets/{ticket['id']}/messages/{message['id']}/redact"
    answer = await exporter.client.post(where, json={"text": "6222 0000", "reason": "card"})
    assert answer.is_success, answer.text
    [said] = await stage.said("message.redacted")
    await stage.hear(said.data, about=said.about, sequence=said.version)
    assert (await exporter.look(export))["state"] == "withdrawn"
    assert await stage.rows("export_piece", export_id=export["id"]) == []
    assert (await exporter.look(without))["state"] == "done", "no ticket stands in it"


async def test_who_was_erased_is_in_no_file(stage: Stage, exporter: Any, desk: Any) -> None:
    customer = UUID((await desk.open())["customer"]["id"])
    of_people, without = await exporter.start(kinds=["customer"]), await exporter.start(kinds=["organisation"])
    await stage.pass_time(timedelta(0))
    erased = CustomerErased(
        customer_id=customer, customer_ids=[customer], erasure_id=customer, tickets=1, erased_at=stage.clock.now()
    )
    await stage.hear(erased, about=customer, sequence=9)
    assert (await exporter.look(of_people))["state"] == "withdrawn"
    assert (await exporter.look(without))["state"] == "done"


async def test_a_file_goes_after_a_week_and_who_exported_it_is_remembered(stage: Stage, exporter: Any) -> None:
    export = await exporter.start()
    await stage.pass_time(timedelta(0))
    link = (await exporter.client.get(f"/v1/exports/{export['id']}/link")).json()["url"]
    stage.clock.forward(timedelta(minutes=15))
    async with stage.stranger() as nobody:
        assert (await nobody.get(urlsplit(link).path)).status_code == 410
    stage.clock.forward(timedelta(days=7))
    assert (await exporter.look(export))["state"] == "expired"
    assert (await exporter.client.get(f"/v1/exports/{export['id']}/link")).status_code == 410
    await prune(stage.database, SERVICE.keeps, now=stage.clock.now())
    assert await stage.rows("export_piece") == []
    [listed] = (await exporter.client.get("/v1/exports")).json()["items"]
    assert (listed["id"], listed["by"]["name"]) == (export["id"], "Admin")


async def test_only_a_few_are_written_at_once_and_only_for_those_who_may(stage: Stage, exporter: Any) -> None:
    for _ in range(4):
        await exporter.start()
    assert (await exporter.start(status=409))["type"] == "urn:kefu:problem:too-many-exports"
    async with stage.client("supervisor") as client:
        assert (await client.post("/v1/exports", json={})).status_code == 403
        assert (await client.get("/v1/exports")).status_code == 403
