"""What those see who may not reach a customer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.testing.stage import Stage, a_caller
from ticket_svc.customers.identity import PHONE, phone_key
from ticket_svc.customers.mask import mask_email, mask_identity, mask_name, mask_phone, mask_step

LI = {"name": "李雷", "email": "wang@example.com", "phone": "138 0013 8000", "external_id": "crm-7"}


@pytest.mark.parametrize(
    ("phone", "masked"),
    [("13800138000", "138****8000"), ("+8613800138000", "+86138****8000"), ("95588", "****88"), ("+123", "****23")],
)
def test_number_is_masked(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


def test_address_keeps_its_first_letter_and_its_domain() -> None:
    assert mask_email("wang@example.com") == "w***@example.com"


@given(st.from_regex(PHONE, fullmatch=True).map(phone_key))
def test_of_no_number_more_than_half_of_what_is_secret_is_shown(phone: str) -> None:
    assert phone not in mask_phone(phone)
    assert "****" in mask_phone(phone)


@pytest.mark.parametrize(
    ("kind", "value", "masked"),
    [
        ("external_id", "crm-7", "crm-7"),
        ("wechat_openid", "oAbCdEf", "oA***"),
        ("weibo", "li_lei", "li***"),
        ("whatsapp", "+8613800138000", "+86138****8000"),
    ],
)
def test_identities_are_masked_by_their_kind(kind: str, value: str, masked: str) -> None:
    assert mask_identity(kind, value) == masked


@pytest.mark.parametrize(("name", "shown"), [("李雷", "李雷"), ("a@x.cn", "a***@x.cn"), ("13800138000", "138****8000")])
def test_name_is_masked_where_it_is_an_address_or_a_number(name: str, shown: str) -> None:
    assert mask_name(name) == shown


def test_steps_show_that_something_changed_and_not_what() -> None:
    assert mask_step({"name": {"from": "a", "to": "b"}, "tier": "vip"}) == {"name": "***", "tier": "vip"}
    assert mask_step({"kind": "email", "value": "a@x.cn"}) == {"kind": "email", "value": "a***@x.cn"}
    assert mask_step({"merged_name": "a@x.cn", "tickets": 2}) == {"merged_name": "a***@x.cn", "tickets": 2}


@pytest.mark.asyncio
async def test_colleague_of_another_department_sees_a_customer_masked(stage: Stage) -> None:
    async with stage.client() as agent, stage.client("light_agent") as colleague, stage.client("integration") as crm:
        known = (await agent.post("/v1/customers", json=LI)).json()
        url = f"/v1/customers/{known['id']}"
        seen = (await colleague.get(url)).json()
        listed = (await colleague.get("/v1/customers", params={"email": LI["email"]})).json()["items"]
        told = (await colleague.get(f"{url}/identities")).json()["items"]
        assert (await crm.get(url)).json() == known
    assert known["phone"] == "+8613800138000"
    assert (seen["name"], seen["email"], seen["phone"]) == ("李雷", "w***@example.com", "+86138****8000")
    assert listed == [seen]
    assert {one["value"] for one in told} == {"crm-7", "w***@example.com", "+86138****8000"}


@pytest.mark.asyncio
async def test_key_with_few_scopes_sees_a_customer_masked_even_when_it_changes_them(stage: Stage) -> None:
    who = a_caller("integration", scopes=frozenset({"customers:write"}))
    async with stage.client(caller=who) as client:
        made = (await client.post("/v1/customers", json=LI)).json()
        body, seen = {"language": "en"}, {"If-Match": '"1"'}
        changed = (await client.patch(f"/v1/customers/{made['id']}", json=body, headers=seen)).json()
    assert made["email"] == changed["email"] == "w***@example.com"
