"""What a customer is recognised by: added, verified, removed, and looked for."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from common.ids import new_id
from common.testing.stage import MORNING, Stage, a_caller
from ticket_svc.customers.provenance import Provenance
from ticket_svc.customers.recognise import Details, recognise

CHANNEL = Provenance("channel", "key", new_id(), "公众号")


async def made(client: httpx.AsyncClient, **told: Any) -> dict[str, Any]:
    """A customer."""
    answer = await client.post("/v1/customers", json={"name": "Ann", **told})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def identities(client: httpx.AsyncClient, customer: dict[str, Any]) -> list[dict[str, Any]]:
    """What a customer is recognised by."""
    found: list[dict[str, Any]] = (await client.get(f"/v1/customers/{customer['id']}/identities")).json()["items"]
    return found


@pytest.mark.asyncio
async def test_identities_say_where_they_came_from(stage: Stage) -> None:
    who = a_caller("agent", name="小王")
    async with stage.client(caller=who) as client:
        customer = await made(client, email="Ann@x.example", external_id="crm-1")
        found = await identities(client, customer)
    assert [(one["kind"], one["value"], one["source"], one["verified_at"]) for one in found] == [
        ("external_id", "crm-1", "agent", None),
        ("email", "ann@x.example", "agent", None),
    ]
    assert found[0]["added_by"] == {"kind": "person", "id": str(who.id), "name": "小王"}


@pytest.mark.asyncio
async def test_second_address_recognises_too_and_the_first_stays_shown(stage: Stage) -> None:
    async with stage.client() as client:
        customer = await made(client, email="a@x.example")
        url = f"/v1/customers/{customer['id']}/identities"
        added = await client.post(url, json={"kind": "email", "value": "B@x.example", "verified": True})
        again = await client.post(url, json={"kind": "email", "value": "b@X.example"})
        opened = await client.post("/v1/tickets", json={"text": "hi", "customer": {"email": "b@x.example"}})
        seen = (await client.get(f"/v1/customers/{customer['id']}")).json()
    assert (added.status_code, again.status_code, again.json()) == (201, 200, added.json())
    assert (added.json()["value"], added.headers["etag"]) == ("b@x.example", '"2"')
    assert added.json()["verified_at"] is not None
    assert opened.json()["customer"]["id"] == customer["id"]
    assert (seen["email"], seen["version"]) == ("a@x.example", 2)
    assert len(await stage.said("customer.updated")) == 1


@pytest.mark.asyncio
async def test_identity_of_another_customer_is_refused_and_says_whose_it_is(stage: Stage) -> None:
    async with stage.client() as client:
        ann, bea = await made(client, phone="13800138000"), await made(client)
        wanted = {"kind": "phone", "value": "+86 138 0013 8000"}
        answer = await client.post(f"/v1/customers/{bea['id']}/identities", json=wanted)
    assert (answer.status_code, answer.json()["customer_id"]) == (409, ann["id"])
    assert answer.json()["errors"][0]["pointer"] == "/value"


@pytest.mark.asyncio
async def test_removed_identity_recognises_nobody_and_may_be_anybodys(stage: Stage) -> None:
    async with stage.client() as client:
        ann, bea = await made(client, email="a@x.example"), await made(client)
        (first,) = await identities(client, ann)
        url = f"/v1/customers/{ann['id']}/identities"
        await client.post(url, json={"kind": "email", "value": "a2@x.example"})
        gone = await client.delete(f"{url}/{first['id']}")
        again = await client.delete(f"{url}/{first['id']}")
        seen = (await client.get(f"/v1/customers/{ann['id']}")).json()
        moved = await client.post(
            f"/v1/customers/{bea['id']}/identities", json={"kind": "email", "value": "a@x.example"}
        )
        found = (await client.get("/v1/customers", params={"email": "A@x.example"})).json()["items"]
    assert (gone.status_code, again.status_code, moved.status_code) == (204, 404, 201)
    assert seen["email"] == "a2@x.example"
    assert [one["id"] for one in found] == [bea["id"]]
    assert len(await stage.rows("identity", value="a@x.example")) == 2


@pytest.mark.asyncio
async def test_identity_is_verified_once(stage: Stage) -> None:
    async with stage.client() as client:
        ann = await made(client, email="a@x.example")
        (one,) = await identities(client, ann)
        url = f"/v1/customers/{ann['id']}/identities/{one['id']}/verify"
        first = await client.post(url)
        again = await client.post(url)
        unknown = await client.post(f"/v1/customers/{ann['id']}/identities/{new_id()}/verify")
    assert first.json()["verified_at"] is not None
    assert (again.json(), again.headers["etag"], unknown.status_code) == (first.json(), '"2"', 404)


@pytest.mark.asyncio
async def test_changing_the_address_takes_the_shown_one_away(stage: Stage) -> None:
    async with stage.client() as client:
        ann = await made(client, email="a@x.example")
        url, seen = f"/v1/customers/{ann['id']}", {"If-Match": '"1"'}
        after = (await client.patch(url, json={"email": "b@x.example"}, headers=seen)).json()
        old = (await client.get("/v1/customers", params={"email": "a@x.example"})).json()["items"]
        none = (await client.patch(url, json={"email": None}, headers={"If-Match": '"2"'})).json()
    assert (after["email"], old, none["email"]) == ("b@x.example", [], None)


@pytest.mark.asyncio
async def test_any_identity_finds_its_customer(stage: Stage) -> None:
    told = {
        "external_id": "crm-1",
        "email": "a@x.example",
        "phone": "13800138000",
        "wechat": {"appid": "wx1", "openid": "o1", "unionid": "u1"},
        "handle": {"network": "weibo", "name": "@Ann"},
    }
    async with stage.client() as client:
        ann, _ = await made(client, **told), await made(client)
        for asked in (
            {"external_id": "crm-1"},
            {"phone": "138-0013-8000"},
            {"wechat_unionid": "u1"},
            {"wechat_openid": "o1", "wechat_appid": "wx1"},
            {"wechat_openid": "o1"},
            {"handle": "ANN", "network": "weibo"},
        ):
            page = (await client.get("/v1/customers", params=asked)).json()
            assert [one["id"] for one in page["items"]] == [ann["id"]], asked
        for asked in (
            {"wechat_openid": "o1", "wechat_appid": "wx2"},
            {"handle": "ann", "network": "x"},
            {"handle": "ann"},
        ):
            assert (await client.get("/v1/customers", params=asked)).json()["items"] == []


@pytest.mark.asyncio
async def test_customers_are_looked_for_in_the_stated_order(stage: Stage) -> None:
    slots = [
        {"external_id": "crm"},
        {"wechat_unionid": "u"},
        {"wechat_openid": "o", "wechat_appid": "wx"},
        {"email": "a@x.example"},
        {"phone": "13800138000"},
        {"handle_kind": "x", "handle": "ann"},
    ]
    told: dict[str, Any] = {}
    async with stage.database.transaction() as db:
        rows = [(await recognise(db, Details(**one), by=CHANNEL, now=MORNING)).row for one in slots]
        for one, row in reversed(list(zip(slots, rows, strict=True))):
            told |= one
            found = await recognise(db, Details(**told), by=CHANNEL, now=MORNING)
            assert (found.row["id"], found.created) == (row["id"], False)
    assert len({row["id"] for row in rows}) == len(slots)


@pytest.mark.asyncio
async def test_another_account_of_the_same_platform_is_the_same_person(stage: Stage) -> None:
    async with stage.database.transaction() as db:
        first = await recognise(
            db, Details(wechat_openid="o1", wechat_appid="wx1", wechat_unionid="u"), by=CHANNEL, now=MORNING
        )
        details = Details(wechat_openid="o2", wechat_appid="wx2", wechat_unionid="u")
        second = await recognise(db, details, by=CHANNEL, now=MORNING)
        alone = Details(wechat_openid="o2", wechat_appid="wx2")
        third = await recognise(db, alone, by=CHANNEL, now=MORNING)
    assert first.row["id"] == second.row["id"] == third.row["id"]
    rows = await stage.rows("identity", kind="wechat_openid")
    assert {(row.scope, row.value, row.source) for row in rows} == {("wx1", "o1", "channel"), ("wx2", "o2", "channel")}
    assert all(row.verified_at == MORNING for row in rows)


@pytest.mark.asyncio
async def test_an_address_that_anybody_can_claim_gives_nobody_a_wechat_account(stage: Stage) -> None:
    async with stage.database.transaction() as db:
        ann = await recognise(db, Details(email="a@x.example"), by=CHANNEL, now=MORNING)
        claimed = Details(email="a@x.example", wechat_openid="o1", wechat_appid="wx1")
        assert (await recognise(db, claimed, by=CHANNEL, now=MORNING)).row["id"] == ann.row["id"]
    assert await stage.rows("identity", kind="wechat_openid") == []


@pytest.mark.asyncio
async def test_sixteen_first_messages_of_one_wechat_user_make_one_customer(stage: Stage) -> None:
    wanted = {"text": "有人吗", "channel": "wechat", "customer": {"wechat": {"appid": "wx1", "openid": "o1"}}}
    async with stage.client("integration") as client:
        answers = await asyncio.gather(*(client.post("/v1/tickets", json=wanted) for _ in range(16)))
    assert [answer.status_code for answer in answers] == [201] * 16
    assert len({answer.json()["customer"]["id"] for answer in answers}) == 1
    assert len(await stage.rows("customer")) == len(await stage.rows("identity")) == 1


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("wanted", "pointer"),
    [
        ({"kind": "email", "value": "nobody"}, "/value"),
        ({"kind": "whatsapp", "value": "me"}, "/value"),
        ({"kind": "weibo", "value": "@"}, "/value"),
        ({"kind": "wechat_openid", "value": "o1"}, "/scope"),
        ({"kind": "email", "value": "a@x.example", "scope": "wx"}, "/scope"),
        ({"kind": "fax", "value": "123"}, "/kind"),
    ],
)
async def test_what_is_no_identity_names_the_field(stage: Stage, wanted: dict[str, str], pointer: str) -> None:
    async with stage.client() as client:
        ann = await made(client)
        answer = await client.post(f"/v1/customers/{ann['id']}/identities", json=wanted)
    assert (answer.status_code, [error["pointer"] for error in answer.json()["errors"]]) == (422, [pointer])


@pytest.mark.asyncio
async def test_who_gave_the_tier_and_why_is_known(stage: Stage) -> None:
    async with stage.client(caller=a_caller("agent", name="小王")) as client:
        ann = await made(client)
        body = {"tier": "vip", "tier_reason": "年度大客户"}
        after = await client.patch(f"/v1/customers/{ann['id']}", json=body, headers={"If-Match": '"1"'})
    assert ann["tier_set"] is None
    assert after.json()["tier_set"] | {"at": None} == {"at": None, "by": "小王", "reason": "年度大客户"}
    (said,) = await stage.said("customer.tier_changed")
    assert said.data.model_dump(include={"before", "after", "reason", "by_name"}) == {
        "before": "standard",
        "after": "vip",
        "reason": "年度大客户",
        "by_name": "小王",
    }
