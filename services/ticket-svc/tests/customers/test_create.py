"""Making customers known."""

from __future__ import annotations

import asyncio

import pytest

from common.testing.stage import Stage

LI = {"name": "李雷", "email": "Li@Example.com", "phone": "138 0013 8000", "external_id": "crm-7", "tier": "gold"}


@pytest.mark.asyncio
async def test_new_customer_is_answered_and_said(stage: Stage) -> None:
    async with stage.client() as client:
        answer = await client.post("/v1/customers", json=LI)
        read = await client.get(answer.headers["location"])
    view = answer.json()
    assert answer.status_code == 201
    assert answer.headers["etag"] == '"1"'
    assert (view["email"], view["phone"], view["language"]) == ("li@example.com", "+8613800138000", "zh")
    assert read.json() == view
    said = (await stage.said("customer.created"))[0]
    assert (said.data.name, said.data.tier, str(said.about)) == ("李雷", "gold", view["id"])


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "told",
    [
        {"name": "somebody", "external_id": "crm-7"},
        {"name": "somebody", "email": "LI@example.com"},
        {"name": "somebody", "phone": "+86 138 0013 8000"},
    ],
)
async def test_known_customer_is_answered_as_they_stand(stage: Stage, told: dict[str, str]) -> None:
    async with stage.client() as client:
        first = await client.post("/v1/customers", json=LI)
        again = await client.post("/v1/customers", json=told)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert len(await stage.said()) == 1


@pytest.mark.asyncio
async def test_external_id_is_asked_before_email_and_email_before_phone(stage: Stage) -> None:
    async with stage.client() as client:
        by_phone = (await client.post("/v1/customers", json={"name": "p", "phone": "13900000001"})).json()
        by_email = (await client.post("/v1/customers", json={"name": "e", "email": "e@x.cn"})).json()
        by_id = (await client.post("/v1/customers", json={"name": "i", "external_id": "i"})).json()
        told = {"name": "?", "phone": "13900000001"}
        assert (await client.post("/v1/customers", json=told)).json()["id"] == by_phone["id"]
        told["email"] = "e@x.cn"
        assert (await client.post("/v1/customers", json=told)).json()["id"] == by_email["id"]
        told["external_id"] = "i"
        assert (await client.post("/v1/customers", json=told)).json()["id"] == by_id["id"]


@pytest.mark.asyncio
async def test_customer_known_by_email_gets_the_id_of_the_other_system(stage: Stage) -> None:
    async with stage.client() as client:
        first = (await client.post("/v1/customers", json={"name": "e", "email": "e@x.cn"})).json()
        linked = await client.post("/v1/customers", json={"name": "e", "email": "e@x.cn", "external_id": "crm-1"})
    assert linked.status_code == 200
    assert (linked.json()["id"], linked.json()["external_id"], linked.json()["version"]) == (first["id"], "crm-1", 2)
    assert [said.type for said in await stage.said()] == ["customer.created", "customer.updated"]


@pytest.mark.asyncio
async def test_email_of_a_customer_with_another_external_id_is_refused(stage: Stage) -> None:
    async with stage.client() as client:
        known = (await client.post("/v1/customers", json=LI)).json()
        answer = await client.post("/v1/customers", json={**LI, "external_id": "crm-8"})
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:kefu:problem:known-otherwise"
    assert answer.json()["customer_id"] == known["id"]


@pytest.mark.asyncio
async def test_sixteen_at_once_make_one_customer(stage: Stage) -> None:
    told = [
        {"name": "x", **{key: LI[key] for key in keys}}
        for keys in (["external_id", "email"], ["email", "phone"], ["external_id", "phone"], ["email"])
    ] * 4
    async with stage.client() as client:
        await client.post("/v1/customers", json={"name": "other", "email": "other@x.cn"})
        answers = await asyncio.gather(*(client.post("/v1/customers", json={**LI, **one}) for one in told))
    assert {answer.status_code for answer in answers} == {200, 201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(await stage.rows("customer")) == 2
    assert len(await stage.said("customer.created")) == 2


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [({"name": ""}, "/name"), ({"email": "x"}, "/email"), ({"tier": "king"}, "/tier"), ({"age": 3}, "/age")],
)
async def test_bad_input_names_the_field(stage: Stage, wrong: dict[str, object], pointer: str) -> None:
    async with stage.client() as client:
        answer = await client.post("/v1/customers", json={**LI, **wrong})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


@pytest.mark.asyncio
async def test_sixteen_that_link_one_customer_agree(stage: Stage) -> None:
    told = {"name": "e", "email": "e@x.cn", "external_id": "crm-1"}
    async with stage.client() as client:
        await client.post("/v1/customers", json={"name": "e", "email": "e@x.cn"})
        answers = await asyncio.gather(*(client.post("/v1/customers", json=told) for _ in range(16)))
    assert [answer.status_code for answer in answers] == [200] * 16
    assert {answer.json()["external_id"] for answer in answers} == {"crm-1"}
    assert len(await stage.said("customer.updated")) == 1
