"""Tickets of a type go when they were kept long enough: their content, not their figures, and never at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from common.contracts.tickets import TicketErased
from common.testing.everywhere import where_it_stands

from .conftest import Rights

pytestmark = pytest.mark.asyncio

URL = "/v1/ticket-types/request/retention"


async def closed(rights: Rights, text: str, **told: Any) -> dict[str, Any]:
    """A ticket that is over."""
    ticket = await rights.open(await rights.customer(**told), text)
    await rights.over(ticket)
    return ticket


async def test_closed_tickets_go_after_their_time_and_others_stay(rights: Rights) -> None:
    old = await closed(rights, "betelgeuse")
    open_ = await rights.open(await rights.customer(), "Magrathea, open")
    await rights.ask("PUT", URL, json={"days": 30})
    await rights.stage.pass_time(timedelta(days=20))
    young = await closed(rights, "Magrathea, young")
    assert (await rights.ask("GET", URL))["due"] == 0
    await rights.stage.pass_time(timedelta(days=11))
    assert await where_it_stands(rights.stage.database, ["betelgeuse"]) == []
    subjects = {one["id"]: (await rights.ask("GET", f"/v1/tickets/{one['id']}"))["subject"] for one in (open_, young)}
    assert "████" not in subjects.values()
    [said] = [one.data for one in await rights.stage.said("ticket.erased")]
    assert isinstance(said, TicketErased)
    assert (str(said.ticket_id), said.why, said.erasure_id) == (old["id"], "retention", None)
    await rights.stage.pass_time(timedelta(days=20))
    assert len(await rights.stage.said("ticket.erased")) == 2


async def test_nothing_goes_for_a_day_after_a_change_and_it_can_be_taken_back(rights: Rights) -> None:
    ticket = await closed(rights, "betelgeuse")
    await rights.stage.pass_time(timedelta(days=400))
    told = await rights.ask("PUT", URL, json={"days": 30})
    assert (told["due"], told["days"]) == (1, 30)
    await rights.stage.pass_time(timedelta(hours=23, minutes=59))
    assert (await rights.ask("GET", f"/v1/tickets/{ticket['id']}"))["subject"] == "betelgeuse"
    assert (await rights.ask("PUT", URL, json={"days": None}))["due"] == 0
    await rights.stage.pass_time(timedelta(days=400))
    assert (await rights.ask("GET", f"/v1/tickets/{ticket['id']}"))["subject"] == "betelgeuse"
    entries = (await rights.ask("GET", "/v1/audit", params={"subject": "retention"}))["items"]
    assert [one["after"]["days"] for one in entries] == [None, 30]


async def test_legal_hold_keeps_them(rights: Rights) -> None:
    ticket = await closed(rights, "betelgeuse")
    await rights.ask("PUT", f"/v1/customers/{ticket['customer']['id']}/hold", json={"reason": "law suit"})
    await rights.ask("PUT", URL, json={"days": 1})
    await rights.stage.pass_time(timedelta(days=10))
    assert (await rights.ask("GET", URL))["due"] == 0
    await rights.ask("DELETE", f"/v1/customers/{ticket['customer']['id']}/hold", 204)
    await rights.stage.pass_time(timedelta(hours=1))
    assert (await rights.ask("GET", f"/v1/tickets/{ticket['id']}"))["subject"] == "████"


async def test_customer_whose_ticket_went_is_still_there(rights: Rights) -> None:
    ticket = await closed(rights, "betelgeuse", name="Ford", email="ford@example.com")
    await rights.ask("PUT", URL, json={"days": 1})
    await rights.stage.pass_time(timedelta(days=3))
    after = await rights.ask("GET", f"/v1/tickets/{ticket['id']}")
    assert (after["subject"], after["customer"]["name"]) == ("████", "Ford")
    assert (await rights.ask("GET", f"/v1/customers/{after['customer']['id']}"))["email"] == "ford@example.com"


async def test_type_that_there_is_not_has_no_retention(rights: Rights) -> None:
    await rights.ask("GET", "/v1/ticket-types/none/retention", 404)
    await rights.ask("PUT", "/v1/ticket-types/none/retention", 404, json={"days": 1})
    await rights.ask("PUT", URL, 422, json={"days": 0})
