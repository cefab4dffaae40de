"""Declaring attributes."""

from __future__ import annotations

from typing import Any

import pytest

from common.ids import new_id
from common.testing.stage import Stage

PLAN = {
    "about": "customer",
    "key": "plan",
    "type": "choice",
    "label_zh": "套餐",
    "label_en": "Plan",
    "choices": ["basic", "pro"],
}


@pytest.mark.asyncio
async def test_declared_attribute_is_answered_listed_and_taken_once(stage: Stage) -> None:
    async with stage.client("supervisor") as client:
        answer = await client.post("/v1/attributes", json=PLAN)
        again = await client.post("/v1/attributes", json=PLAN)
        other = await client.post("/v1/attributes", json={**PLAN, "about": "organisation"})
        listed = (await client.get("/v1/attributes", params={"about": "customer"})).json()["items"]
        first = (await client.get("/v1/attributes", params={"limit": 1})).json()
        second = await client.get("/v1/attributes", params={"limit": 1, "cursor": first["next_cursor"]})
        read = await client.get(answer.headers["location"])
    assert (answer.status_code, again.status_code, other.status_code) == (201, 409, 201)
    assert listed == [answer.json()] == [read.json()]
    assert second.json()["items"] == [other.json()]


@pytest.mark.asyncio
async def test_labels_and_choices_change_with_the_version_that_was_seen(stage: Stage) -> None:
    async with stage.client("supervisor") as client:
        made = (await client.post("/v1/attributes", json=PLAN)).json()
        url, seen = f"/v1/attributes/{made['id']}", {"If-Match": '"1"'}
        same = await client.patch(url, json={"label_zh": None, "label_en": "Plan"}, headers=seen)
        after = await client.patch(url, json={"choices": ["pro"], "label_en": "Tariff"}, headers=seen)
        stale = await client.patch(url, json={"label_en": "?"}, headers=seen)
        empty = await client.patch(url, json={"choices": []}, headers={"If-Match": '"2"'})
        unknown = await client.patch(f"/v1/attributes/{new_id()}", json={}, headers=seen)
    assert same.json() == made
    assert (after.json()["choices"], after.json()["label_en"], after.json()["version"]) == (["pro"], "Tariff", 2)
    assert (stale.status_code, empty.status_code, unknown.status_code) == (412, 422, 404)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"key": "Plan"}, "/key"),
        ({"type": "picture"}, "/type"),
        ({"choices": []}, "/choices"),
        ({"choices": ["a", "a"]}, "/choices"),
        ({"type": "text"}, "/choices"),
        ({"label_zh": ""}, "/label_zh"),
    ],
)
async def test_bad_declaration_names_the_field(stage: Stage, wrong: dict[str, Any], pointer: str) -> None:
    async with stage.client("supervisor") as client:
        answer = await client.post("/v1/attributes", json={**PLAN, **wrong})
    assert (answer.status_code, [error["pointer"] for error in answer.json()["errors"]]) == (422, [pointer])


@pytest.mark.asyncio
async def test_agents_read_attributes_but_declare_none(stage: Stage) -> None:
    async with stage.client("agent") as client:
        assert (await client.post("/v1/attributes", json=PLAN)).status_code == 403
        assert (await client.get("/v1/attributes")).status_code == 200


@pytest.mark.asyncio
async def test_customers_take_what_is_declared_and_nothing_else(stage: Stage) -> None:
    async with stage.client("supervisor") as client:
        await client.post("/v1/attributes", json=PLAN)
        made = await client.post("/v1/customers", json={"name": "Ann", "attributes": {"plan": "pro"}})
        wrong = await client.post("/v1/customers", json={"name": "Bea", "attributes": {"plan": "gold", "x": 1}})
        url, seen = f"/v1/customers/{made.json()['id']}", {"If-Match": '"1"'}
        bad = await client.patch(url, json={"attributes": {"plan": 3}}, headers=seen)
        gone = await client.patch(url, json={"attributes": {"plan": None}}, headers=seen)
    assert made.json()["attributes"] == {"plan": "pro"}
    assert {error["pointer"] for error in wrong.json()["errors"]} == {"/attributes/plan", "/attributes/x"}
    assert (wrong.status_code, bad.status_code, gone.json()["attributes"]) == (422, 422, {})
    assert bad.json()["errors"][0]["pointer"] == "/attributes/plan"
