"""Defining types, fields and forms."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from common.testing.stage import Stage

LABEL = {"zh": "退货", "en": "Return"}


def faults(problem: dict[str, Any]) -> list[tuple[str, str]]:
    """Where what is wrong."""
    return [(error["pointer"], error["code"]) for error in problem["errors"]]


@pytest.mark.asyncio
async def test_there_is_a_type_from_the_beginning(office: Any) -> None:
    items = (await office.agent.get("/v1/ticket-types")).json()["items"]
    assert [(one["key"], one["label"]["zh"], one["active"], one["form"]) for one in items] == [
        ("request", "服务请求", True, [])
    ]


@pytest.mark.asyncio
async def test_types_and_fields_are_defined_renamed_and_put_in_order(office: Any) -> None:
    made = await office.type("return")
    assert (made["version"], made["active"], made["form"]) == (1, True, [])
    after = await office.change("/v1/ticket-types/return", {"label": LABEL, "position": 5})
    assert (after["label"], after["version"]) == (LABEL, 2)
    await office.type("complaint")
    items = (await office.agent.get("/v1/ticket-types")).json()["items"]
    assert [one["key"] for one in items] == ["complaint", "request", "return"]
    field = await office.field("order_no", "text")
    renamed = await office.change("/v1/fields/order_no", {"label": LABEL})
    assert (field["version"], renamed["version"], renamed["label"]) == (1, 2, LABEL)
    assert [one["key"] for one in (await office.agent.get("/v1/fields")).json()["items"]] == ["order_no"]


@pytest.mark.asyncio
async def test_key_and_kind_of_a_field_never_change(office: Any) -> None:
    await office.field("order_no", "text")
    for body in ({"key": "order_number"}, {"kind": "number"}):
        problem = await office.change("/v1/fields/order_no", body, status=422)
        assert faults(problem)[0][1] == "extra_forbidden"


@pytest.mark.asyncio
async def test_a_key_that_is_taken_is_a_conflict(office: Any) -> None:
    await office.field("order_no", "text")
    await office.field("order_no", "number", status=409)
    await office.type("return")
    answer = await office.supervisor.post("/v1/ticket-types", json={"key": "return", "label": LABEL})
    assert answer.status_code == 409


@pytest.mark.asyncio
async def test_a_form_is_written_as_a_whole_and_names_its_faults(office: Any) -> None:
    await office.type("return")
    await office.field("order_no", "text")
    await office.field("colour", "choice", "red", "blue")
    wrong = await office.form("return", status=422, order_no={"default": 7}, what={}, colour={"default": "pink"})
    assert faults(wrong) == [
        ("/fields/0/default", "wrong_kind"),
        ("/fields/1/field", "unknown_field"),
        ("/fields/2/default", "unknown_choice"),
    ]
    form = (await office.form("return", colour={"default": "red", "visible_to_customer": True}, order_no={}))["form"]
    assert [(one["field"], one["default"], one["visible_to_customer"]) for one in form] == [
        ("colour", "red", True),
        ("order_no", None, False),
    ]
    assert [one["field"] for one in (await office.form("return", order_no={}))["form"]] == ["order_no"]


@pytest.mark.asyncio
async def test_a_default_that_would_be_gone_is_changed_first(office: Any) -> None:
    await office.type("return")
    await office.field("colour", "choice", "red", "blue")
    await office.form("return", colour={"default": "red"})
    blue = {"choices": [{"key": "blue", "label": LABEL}]}
    assert faults(await office.change("/v1/fields/colour", blue, status=422)) == [("/choices", "default_gone")]
    await office.form("return", colour={"default": "blue"})
    assert [one["key"] for one in (await office.change("/v1/fields/colour", blue))["choices"]] == ["blue", "red"]


@pytest.mark.asyncio
async def test_a_type_out_of_use_takes_no_new_tickets_and_the_default_type_stays(office: Any) -> None:
    await office.type("return")
    ticket = await office.open(type="return")
    await office.change("/v1/ticket-types/return", {"active": False})
    assert faults(await office.open(type="return", status=422)) == [("/type", "inactive_type")]
    assert (await office.update(ticket, subject="still"))["type"] == "return"
    problem = await office.change("/v1/ticket-types/request", {"active": False}, status=422)
    assert faults(problem) == [("/active", "default_type")]


@pytest.mark.asyncio
async def test_a_change_says_what_it_is_based_on(office: Any) -> None:
    await office.field("order_no", "text")
    missing = await office.supervisor.patch("/v1/fields/order_no", json={"position": 1})
    stale = await office.supervisor.patch("/v1/fields/order_no", json={"position": 1}, headers={"If-Match": '"9"'})
    assert (missing.status_code, stale.status_code) == (428, 412)
    unknown = await office.supervisor.get("/v1/fields/nothing")
    assert (unknown.status_code, unknown.json()["type"]) == (404, "urn:kefu:problem:no-such-field")


@pytest.mark.asyncio
async def test_agents_read_definitions_and_do_not_write_them(stage: Stage, office: Any) -> None:
    assert (await office.agent.get("/v1/fields")).status_code == 200
    answer = await office.agent.post("/v1/fields", json={"key": "a", "kind": "text", "label": LABEL})
    assert (answer.status_code, answer.json()["permission"]) == (403, "fields:write")
    assert await stage.rows("field") == []


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"key": "Order"}, "/key"),
        ({"key": "订单"}, "/key"),
        ({"kind": "colour"}, "/kind"),
        ({"label": {"zh": "订单"}}, "/label/en"),
        ({"kind": "choice"}, "/choices"),
        ({"choices": [{"key": "a", "label": LABEL}]}, "/choices"),
        ({"kind": "choice", "choices": [{"key": "a b", "label": LABEL}]}, "/choices/0/key"),
        ({"position": -1}, "/position"),
    ],
)
async def test_bad_definitions_name_the_field(office: Any, wrong: dict[str, Any], pointer: str) -> None:
    body = {"key": "order_no", "kind": "text", "label": LABEL, **wrong}
    answer = await office.supervisor.post("/v1/fields", json=body)
    assert (answer.status_code, [error["pointer"] for error in answer.json()["errors"]]) == (422, [pointer])


@pytest.mark.asyncio
async def test_two_who_define_the_last_field_at_once_do_not_make_one_too_many(stage: Stage, office: Any) -> None:
    for number in range(199):
        await office.field(f"f{number}", "text")
    bodies = [{"key": f"last_{n}", "kind": "text", "label": LABEL} for n in range(4)]
    answers = await asyncio.gather(*(office.supervisor.post("/v1/fields", json=body) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [201, 422, 422, 422]
    assert len(await stage.rows("field")) == 200


@pytest.mark.asyncio
async def test_a_definition_that_is_sent_again_with_its_key_is_made_once(office: Any) -> None:
    body, key = {"key": "order_no", "kind": "text", "label": LABEL}, {"Idempotency-Key": "once"}
    first, again = [await office.supervisor.post("/v1/fields", json=body, headers=key) for _ in range(2)]
    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
