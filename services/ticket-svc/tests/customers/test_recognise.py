"""Recognising customers when a ticket is opened."""

from __future__ import annotations

import pytest

from common.ids import new_id
from common.testing.stage import MORNING, Stage
from ticket_svc.customers.provenance import Provenance
from ticket_svc.customers.recognise import Details, recognise

SOMEBODY = Provenance("agent", "person", new_id(), "小王")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("details", "name"),
    [
        (Details(email="A@x.cn"), "a@x.cn"),
        (Details(phone="13800138000"), "+8613800138000"),
        (Details(external_id="crm"), "crm"),
        (Details(language="en"), "Visitor"),
    ],
)
async def test_customer_without_a_name_is_called_by_what_is_known(stage: Stage, details: Details, name: str) -> None:
    async with stage.database.transaction() as db:
        found = await recognise(db, details, by=SOMEBODY, now=MORNING)
    assert (found.row["name"], found.created) == (name, True)


@pytest.mark.asyncio
async def test_two_visitors_are_two_customers(stage: Stage) -> None:
    async with stage.database.transaction() as db:
        first = await recognise(db, Details(name="访客"), by=SOMEBODY, now=MORNING)
        second = await recognise(db, Details(name="访客"), by=SOMEBODY, now=MORNING)
    assert first.row["id"] != second.row["id"]


@pytest.mark.asyncio
async def test_another_external_id_does_not_take_a_customer_over(stage: Stage) -> None:
    async with stage.database.transaction() as db:
        first = await recognise(db, Details(email="a@x.cn", external_id="one"), by=SOMEBODY, now=MORNING)
        second = await recognise(db, Details(email="a@x.cn", external_id="two"), by=SOMEBODY, now=MORNING)
    assert (second.row["id"], second.row["external_id"], second.created) == (first.row["id"], "one", False)
