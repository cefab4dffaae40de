"""Organisations, and the customers who belong to them."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from common.ids import new_id
from common.testing.stage import Stage

CHENGUANG = {
    "name": "晨光文具",
    "domains": ["Chenguang.example"],
    "external_id": "org-7",
    "tier": "gold",
    "notes": "按季结算",
}


@pytest.mark.asyncio
async def test_new_organisation_is_answered_and_said(stage: Stage) -> None:
    async with stage.client() as client:
        answer = await client.post("/v1/organisations", json=CHENGUANG)
        read = await client.get(answer.headers["location"])
    view = answer.json()
    assert (answer.status_code, answer.headers["etag"], read.json()) == (201, '"1"', view)
    assert (view["domains"], view["tier"], view["notes"]) == (["chenguang.example"], "gold", "按季结算")
    said = (await stage.said("organisation.created"))[0]
    assert (str(said.about), said.version) == (view["id"], 1)


@pytest.mark.asyncio
async def test_known_external_id_answers_the_organisation_that_has_it(stage: Stage) -> None:
    async with stage.client() as client:
        answers = await asyncio.gather(*(client.post("/v1/organisations", json=CHENGUANG) for _ in range(16)))
        again = await client.post("/v1/organisations", json={"name": "?", "external_id": "org-7"})
        found = (await client.get("/v1/organisations", params={"external_id": "org-7"})).json()["items"]
    assert sorted(answer.status_code for answer in answers) == [200] * 15 + [201]
    assert {answer.json()["id"] for answer in answers} == {one["id"] for one in found}
    assert (again.status_code, again.json()["name"]) == (200, "晨光文具")
    assert len(await stage.rows("organisation")) == len(await stage.said("organisation.created")) == 1


@pytest.mark.asyncio
async def test_new_customer_with_an_address_at_the_domain_belongs_to_it(stage: Stage) -> None:
    async with stage.client() as client:
        organisation = (await client.post("/v1/organisations", json=CHENGUANG)).json()["id"]
        ticket = {"text": "你好", "customer": {"email": "Li@CHENGUANG.example"}}
        opened = (await client.post("/v1/tickets", json=ticket)).json()
        stage.clock.forward(timedelta(seconds=1))
        made = (await client.post("/v1/customers", json={"name": "Ann", "email": "ann@chenguang.example"})).json()
        other = (await client.post("/v1/customers", json={"name": "Bea", "email": "bea@x.example"})).json()
        named = {"name": "Cat", "email": "cat@x.example", "organisation_id": organisation}
        chosen = (await client.post("/v1/customers", json=named)).json()
        theirs = (await client.get("/v1/customers", params={"organisation_id": organisation})).json()["items"]
        tickets = (await client.get("/v1/tickets", params={"organisation_id": organisation})).json()["items"]
        none = (await client.get("/v1/tickets", params={"organisation_id": str(new_id())})).json()["items"]
    assert (made["organisation_id"], other["organisation_id"]) == (organisation, None)
    assert {one["id"] for one in theirs} == {made["id"], chosen["id"], opened["customer"]["id"]}
    assert ([one["id"] for one in tickets], none) == ([opened["id"]], [])


@pytest.mark.asyncio
async def test_organisation_that_there_is_not_is_named(stage: Stage) -> None:
    unknown = {"organisation_id": str(new_id())}
    async with stage.client() as client:
        made = await client.post("/v1/customers", json={"name": "Ann", **unknown})
        known = (await client.post("/v1/customers", json={"name": "Bea"})).json()
        headers = {"If-Match": '"1"'}
        changed = await client.patch(f"/v1/customers/{known['id']}", json=unknown, headers=headers)
    for answer in (made, changed):
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/organisation_id")


@pytest.mark.asyncio
async def test_change_is_answered_and_said(stage: Stage) -> None:
    async with stage.client() as client:
        made = (await client.post("/v1/organisations", json=CHENGUANG)).json()
        url, seen = f"/v1/organisations/{made['id']}", {"If-Match": '"1"'}
        same = await client.patch(url, json={"name": None, "domains": ["chenguang.example"]}, headers=seen)
        wanted = {"domains": ["b.example", "A.example"], "notes": None, "tier": "vip"}
        after = await client.patch(url, json=wanted, headers=seen)
        stale = await client.patch(url, json={"name": "x"}, headers=seen)
        missing = await client.patch(url, json={"name": "x"})
        unknown = await client.patch(f"/v1/organisations/{new_id()}", json={}, headers=seen)
        by_domain = (await client.get("/v1/organisations", params={"domain": "A.Example"})).json()["items"]
        by_old = (await client.get("/v1/organisations", params={"domain": "chenguang.example"})).json()["items"]
    view = after.json()
    assert same.json() == made
    assert (view["domains"], view["notes"], view["tier"], view["version"]) == (
        ["a.example", "b.example"],
        None,
        "vip",
        2,
    )
    assert (stale.status_code, missing.status_code, unknown.status_code) == (412, 428, 404)
    assert (by_domain, by_old) == ([view], [])
    assert [said.version for said in await stage.said("organisation.updated")] == [2]


@pytest.mark.asyncio
async def test_domain_and_external_id_belong_to_one(stage: Stage) -> None:
    async with stage.client() as client:
        first = (await client.post("/v1/organisations", json=CHENGUANG)).json()
        taken = await client.post(
            "/v1/organisations", json={"name": "B", "domains": ["b.example", "chenguang.example"]}
        )
        other = (await client.post("/v1/organisations", json={"name": "B"})).json()
        seen = {"If-Match": '"1"'}
        known = await client.patch(f"/v1/organisations/{other['id']}", json={"external_id": "org-7"}, headers=seen)
    assert (taken.status_code, taken.json()["errors"][0]["pointer"]) == (409, "/domains/1")
    assert taken.json()["organisation_id"] == first["id"]
    assert (known.status_code, known.json()["errors"][0]["pointer"]) == (409, "/external_id")
    assert len(await stage.rows("organisation")) == 2


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"domains": ["x.example", "qq.com"]}, "/domains/1"),
        ({"domains": ["no domain"]}, "/domains/0"),
        ({"name": " "}, "/name"),
        ({"tier": "platinum"}, "/tier"),
        ({"attributes": {"size": 3}}, "/attributes/size"),
        ({"attributes": {"size": [3]}}, "/attributes/size"),
        ({"attributes": {"size": "0" * 2001}}, "/attributes/size"),
        ({"attributes": {"Size": 3}}, "/attributes/Size"),
        ({"attributes": {"size": "a\x00b"}}, "/attributes/size"),
    ],
)
async def test_bad_input_names_the_field(stage: Stage, wrong: dict[str, Any], pointer: str) -> None:
    async with stage.client() as client:
        answer = await client.post("/v1/organisations", json={"name": "A", **wrong})
    assert (answer.status_code, [error["pointer"] for error in answer.json()["errors"]]) == (422, [pointer])


@pytest.mark.asyncio
async def test_list_is_newest_first_and_paged(stage: Stage) -> None:
    async with stage.client() as client:
        for name in ("one", "two", "three"):
            stage.clock.forward(timedelta(seconds=1))
            await client.post("/v1/organisations", json={"name": name, "external_id": name})
        page = (await client.get("/v1/organisations", params={"limit": 2})).json()
        rest = (await client.get("/v1/organisations", params={"limit": 2, "cursor": page["next_cursor"]})).json()
        known = (await client.get("/v1/organisations", params={"external_id": "two"})).json()["items"]
    assert [one["name"] for one in page["items"] + rest["items"]] == ["three", "two", "one"]
    assert [one["name"] for one in known] == ["two"]
