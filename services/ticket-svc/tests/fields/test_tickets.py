"""Fields on tickets: on opening, on changing, on resolving."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from common.testing.stage import Stage
from ticket_svc.fields import known
from ticket_svc.fields.definitions import AS_INSTALLED

VALUES = {"order_no": "A-7", "amount": 12.5, "gift": True, "colour": "red", "colours": ["blue", "red"]}


@contextmanager
def statements(stage: Stage) -> Iterator[list[str]]:
    """The SQL statements that are run meanwhile."""
    seen: list[str] = []
    listening = True
    stage.database.tell(lambda statement: seen.append(statement) if listening else None)
    yield seen
    listening = False


async def define(office: Any) -> None:
    """A type `return` with a form of several kinds."""
    await office.type("return")
    for key, kind in (("order_no", "text"), ("amount", "number"), ("gift", "boolean")):
        await office.field(key, kind)
    await office.field("colour", "choice", "red", "blue")
    await office.field("colours", "multi_choice", "red", "blue")
    form = {key: {} for key in VALUES}
    await office.form("return", **{**form, "order_no": {"required_on_create": True}})


def faults(problem: dict[str, Any]) -> list[tuple[str, str]]:
    """Where what is wrong."""
    return [(error["pointer"], error["code"]) for error in problem["errors"]]


@pytest.mark.asyncio
async def test_fields_come_with_the_ticket_and_are_said_and_on_the_trail(stage: Stage, office: Any) -> None:
    await define(office)
    ticket = await office.open(type="return", fields=VALUES, tags=[" VIP　客户", "vip_客户", "退款"])
    expected = {**VALUES, "colours": ["red", "blue"]}
    assert (ticket["type"], ticket["fields"], ticket["tags"]) == ("return", expected, ["vip_客户", "退款"])
    assert await office.look(ticket) == ticket
    said = (await stage.said("ticket.opened"))[0].data
    assert (said.ticket_type, said.fields, said.tags) == ("return", expected, ["vip_客户", "退款"])
    data = (await office.trail(ticket))[0]["data"]
    assert (data["type"], data["fields"], data["tags"]) == ("return", expected, ["vip_客户", "退款"])


@pytest.mark.asyncio
async def test_bad_fields_are_named_by_pointer_and_nothing_is_opened(stage: Stage, office: Any) -> None:
    await define(office)
    wrong = {"amount": "12", "colour": "pink", "what": 1}
    problem = await office.open(type="return", fields=wrong, status=422)
    assert faults(problem) == [
        ("/fields/amount", "wrong_kind"),
        ("/fields/colour", "unknown_choice"),
        ("/fields/what", "unknown_field"),
        ("/fields/order_no", "missing_field"),
    ]
    assert faults(await office.open(type="nothing", status=422)) == [("/type", "unknown_type")]
    assert [one[0] for one in faults(await office.open(fields={"订单": 1}, status=422))] == ["/fields/订单"]
    assert await stage.rows("ticket") == []


@pytest.mark.asyncio
async def test_a_mail_opens_a_ticket_without_what_a_form_requires(office: Any) -> None:
    await define(office)
    ticket = await office.open(type="return", channel="email")
    assert ticket["fields"] == {}


@pytest.mark.asyncio
async def test_a_change_merges_and_the_trail_tells_each_field_from_and_to(stage: Stage, office: Any) -> None:
    await define(office)
    ticket = await office.open(type="return", fields=VALUES)
    view = await office.update(ticket, fields={"amount": None, "colour": "blue", "gift": True}, subject="换货")
    assert view["fields"] == {"order_no": "A-7", "gift": True, "colour": "blue", "colours": ["red", "blue"]}
    assert (await office.trail(ticket))[-1]["data"] == {
        "subject": {"from": ticket["subject"], "to": "换货"},
        "fields.amount": {"from": 12.5, "to": None},
        "fields.colour": {"from": "red", "to": "blue"},
    }
    said = (await stage.said("ticket.updated"))[0].data
    assert said.fields == view["fields"]
    assert await office.look(ticket) == view


@pytest.mark.asyncio
async def test_giving_back_what_is_there_changes_nothing(office: Any) -> None:
    await define(office)
    ticket = await office.open(type="return", fields=VALUES)
    assert await office.update(ticket, type="return", fields=ticket["fields"]) == ticket


@pytest.mark.asyncio
async def test_a_new_type_asks_for_its_form(office: Any) -> None:
    await define(office)
    ticket = await office.open()
    problem = await office.update(ticket, type="return", status=422)
    assert faults(problem) == [("/fields/order_no", "missing_field")]
    view = await office.update(ticket, type="return", fields={"order_no": "B-1"})
    assert (view["type"], view["fields"]) == ("return", {"order_no": "B-1"})
    back = await office.update(ticket, type="request")
    assert (back["type"], back["fields"]) == ("request", {"order_no": "B-1"})
    assert (await office.trail(ticket))[-1]["data"] == {"type": {"from": "return", "to": "request"}}


@pytest.mark.asyncio
async def test_a_ticket_is_not_resolved_before_it_is_filled_in(office: Any) -> None:
    await office.type("return")
    await office.field("reason", "text")
    ticket = await office.open(type="return")
    await office.form("return", reason={"required_on_resolve": True})
    problem = await office.do(ticket, "resolve", status=409)
    assert problem["type"] == "urn:kefu:problem:fields-missing"
    assert faults(problem) == [("/fields/reason", "missing_field")]
    await office.update(ticket, fields={"reason": "坏了"})
    assert (await office.do(ticket, "resolve"))["status"] == "resolved"


@pytest.mark.asyncio
async def test_what_was_taken_away_is_readable_where_it_stands_and_nowhere_taken_anew(office: Any) -> None:
    await define(office)
    ticket = await office.open(type="return", fields=VALUES)
    await office.change("/v1/fields/colour", {"choices": [{"key": "blue", "label": {"zh": "蓝", "en": "blue"}}]})
    await office.change("/v1/fields/amount", {"active": False})
    assert (await office.look(ticket))["fields"] == ticket["fields"]
    assert (await office.update(ticket, subject="x", fields=ticket["fields"]))["fields"] == ticket["fields"]
    again = await office.open(type="return", fields=VALUES, status=422)
    assert faults(again) == [("/fields/amount", "inactive_field"), ("/fields/colour", "inactive_choice")]
    red = next(one for one in (await office.agent.get("/v1/fields/colour")).json()["choices"] if one["key"] == "red")
    assert (red["active"], red["label"]["en"]) == (False, "red")


@pytest.mark.asyncio
async def test_a_process_that_knows_an_old_edition_accepts_nothing_by_it(
    stage: Stage, office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await define(office)
    await office.open(type="return", fields=VALUES)
    old = known.held()
    await office.change("/v1/fields/colour", {"choices": [{"key": "blue", "label": {"zh": "蓝", "en": "blue"}}]})
    await office.field("later", "text")
    await office.form("return", order_no={}, colour={}, later={})
    # As in a second process, which has heard of nothing: first it would accept too much, then too little.
    monkeypatch.setattr(known, "_HELD", [old])
    refused = await office.open(type="return", fields={"order_no": "x", "colour": "red"}, status=422)
    assert faults(refused) == [("/fields/colour", "inactive_choice")]
    monkeypatch.setattr(known, "_HELD", [old])
    assert (await office.open(type="return", fields={"later": "now"}))["fields"] == {"later": "now"}
    monkeypatch.setattr(known, "_HELD", [old])
    with statements(stage) as seen:
        await office.open(type="return", fields={"order_no": "x"})
    assert len(seen) == 5, "the usual three, the definitions anew, and once more the INSERT"
    with statements(stage) as seen:
        await office.open(type="return", fields={"order_no": "x"})
    assert len(seen) == 3


@pytest.mark.asyncio
async def test_changing_and_resolving_ask_the_database_nothing_more(stage: Stage, office: Any) -> None:
    await define(office)
    ticket = await office.open(type="return", fields=VALUES)
    with statements(stage) as plain:
        await office.update(ticket, subject="one")
    with statements(stage) as filling_in:
        await office.update(ticket, fields={"amount": 1})
    assert len(filling_in) == len(plain)


@pytest.mark.asyncio
async def test_an_installation_that_defines_nothing_never_reads_definitions(
    stage: Stage, office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "_HELD", [AS_INSTALLED])
    ticket = await office.open()
    await office.do(ticket, "resolve")
    with statements(stage) as seen:
        await office.open(text="another")
    assert len(seen) == 3
    assert known.held() is AS_INSTALLED


@pytest.mark.asyncio
async def test_two_hundred_fields_cost_opening_no_statement(stage: Stage, office: Any) -> None:
    for number in range(200):
        await office.field(f"f{number}", "text")
    await office.form("request", **{f"f{number}": {} for number in range(200)})
    values = {f"f{number}": f"值 {number}" for number in range(200)}
    await office.open(fields=values)
    with statements(stage) as seen:
        ticket = await office.open(fields=values)
    assert (len(seen), ticket["fields"]) == (3, values)
    problem = await office.field("one_more", "text", status=422)
    assert faults(problem) == [("/key", "too_many")]
