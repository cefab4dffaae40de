"""Undoing merges."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.ids import new_id
from common.retention import prune
from common.testing.stage import Stage
from ticket_svc.joining.keep import RETENTION


@pytest.mark.asyncio
async def test_what_came_from_the_merged_one_is_theirs_again(stage: Stage, counter: Any) -> None:
    ann = await counter.customer(email="a@x.example", tier="gold")
    bea = await counter.customer(name="Bea", email="b@x.example")
    await counter.ticket(ann)
    await counter.ticket(bea)
    before = [await counter.have(one) for one in (ann, bea)]
    await counter.merge(ann, bea)
    after = await counter.unmerge(ann, reason="两个人")
    assert (after["id"], after["merged_into"], after["email"]) == (ann["id"], None, "a@x.example")
    assert [await counter.have(one) for one in (ann, bea)] == before
    (said,) = await stage.said("customer.unmerged")
    assert (str(said.about), str(said.data.survivor_id), said.data.tickets) == (ann["id"], bea["id"], 1)


contacts = st.fixed_dictionaries(
    {
        "tier": st.sampled_from(("standard", "gold", "vip")),
        "kinds": st.sets(st.sampled_from(("email", "phone", "external_id", "weibo"))),
        "attributes": st.dictionaries(st.sampled_from(("city", "plan")), st.sampled_from(("a", "b"))),
        "tickets": st.integers(0, 3),
    }
)


async def _make(counter: Any, drawn: dict[str, Any]) -> dict[str, Any]:
    mark = new_id().hex
    every = {
        "email": f"{mark}@x.example",
        "phone": f"+49{int(mark, 16) % 10**10:010d}",
        "external_id": mark,
        "weibo": {"network": "weibo", "name": mark},
    }
    told = {"handle" if kind == "weibo" else kind: every[kind] for kind in drawn["kinds"]}
    made: dict[str, Any] = await counter.customer(name=mark, tier=drawn["tier"], attributes=drawn["attributes"], **told)
    for _ in range(drawn["tickets"]):
        await counter.ticket(made)
    return made


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(drawn=st.tuples(contacts, contacts))
@pytest.mark.asyncio
async def test_merged_and_undone_everybody_has_what_they_had(
    counter: Any, drawn: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    for key in ("city", "plan"):
        declared = {"about": "customer", "key": key, "type": "text", "label_zh": key, "label_en": key}
        await counter.client.post("/v1/attributes", json=declared)
    ann, bea = await _make(counter, drawn[0]), await _make(counter, drawn[1])
    before = [await counter.have(one) for one in (ann, bea)]
    await counter.merge(ann, bea)
    together = await counter.have(bea)
    assert together[2] == before[0][2] | before[1][2]
    assert sorted(together[1]) == sorted(before[0][1] + before[1][1])
    await counter.unmerge(ann)
    assert [await counter.have(one) for one in (ann, bea)] == before


@pytest.mark.asyncio
async def test_what_came_since_stays_with_the_survivor_unless_it_is_named(counter: Any) -> None:
    ann, bea = await counter.customer(email="a@x.example"), await counter.customer()
    old = await counter.ticket(ann)
    await counter.merge(ann, bea)
    kept, named = await counter.ticket(ann), await counter.ticket(ann)
    wanted = {"kind": "phone", "value": "13800138000"}
    await counter.client.post(f"/v1/customers/{ann['id']}/identities", json=wanted)
    await counter.unmerge(ann, tickets=[named["id"]])
    assert await counter.tickets(ann) == {old["id"], named["id"]}
    assert await counter.tickets(bea) == {kept["id"]}
    assert ((await counter.look(bea))["phone"], (await counter.look(ann))["phone"]) == ("+8613800138000", None)


@pytest.mark.asyncio
async def test_what_was_changed_since_is_not_changed_back(counter: Any) -> None:
    ann, bea = await counter.customer(email="a@x.example", tier="gold"), await counter.customer()
    await counter.merge(ann, bea)
    version = (await counter.look(bea))["version"]
    body, seen = {"tier": "vip", "email": "b@x.example"}, {"If-Match": f'"{version}"'}
    await counter.json(await counter.client.patch(f"/v1/customers/{bea['id']}", json=body, headers=seen), 200)
    await counter.unmerge(ann)
    left, gone = await counter.look(bea), await counter.look(ann)
    assert (left["tier"], left["email"], gone["tier"], gone["email"]) == ("vip", "b@x.example", "gold", None)


@pytest.mark.asyncio
async def test_tickets_that_are_not_the_survivors_are_named(counter: Any) -> None:
    ann, bea, cat = [await counter.customer() for _ in range(3)]
    await counter.merge(ann, bea)
    mine, other = await counter.ticket(bea), await counter.ticket(cat)
    refused = await counter.unmerge(ann, status=422, tickets=[mine["id"], other["id"], str(new_id())])
    assert [error["pointer"] for error in refused["errors"]] == ["/tickets/1", "/tickets/2"]
    assert (await counter.look(ann))["merged_into"] == bea["id"]


@pytest.mark.asyncio
async def test_later_merge_of_the_survivor_is_undone_first(counter: Any) -> None:
    ann, bea, cat = [await counter.customer() for _ in range(3)]
    ticket = await counter.ticket(ann)
    await counter.merge(ann, bea)
    await counter.merge(bea, cat)
    refused = await counter.unmerge(ann, status=409)
    assert (refused["type"], refused["customer_id"]) == ("urn:kefu:problem:survivor-merged", bea["id"])
    await counter.unmerge(bea)
    await counter.unmerge(ann)
    assert await counter.tickets(ann) == {ticket["id"]}
    assert await counter.tickets(bea) == await counter.tickets(cat) == set()


@pytest.mark.asyncio
async def test_merge_can_be_undone_until_its_journal_goes(stage: Stage, counter: Any) -> None:
    ann, bea, cat = [await counter.customer() for _ in range(3)]
    await counter.merge(ann, bea)
    stage.clock.forward(RETENTION)
    await counter.unmerge(ann)
    refused = await counter.unmerge(ann, status=409)
    assert refused["type"] == "urn:kefu:problem:not-merged"
    await counter.merge(ann, cat)
    stage.clock.forward(RETENTION + timedelta(seconds=1))
    for _ in range(2):
        forgotten = await counter.unmerge(ann, status=409)
        assert forgotten["type"] == "urn:kefu:problem:merge-forgotten"
        await prune(stage.database, stage.service.keeps, now=stage.clock.now())
    assert await stage.rows("customer_merge") == []


@pytest.mark.asyncio
async def test_of_many_who_undo_at_once_one_does(stage: Stage, counter: Any) -> None:
    ann, bea = await counter.customer(), await counter.customer()
    await counter.ticket(ann)
    await counter.merge(ann, bea)
    asked = [counter.client.post(f"/v1/customers/{ann['id']}/unmerge", json={}) for _ in range(4)]
    assert sorted(answer.status_code for answer in await asyncio.gather(*asked)) == [200, 409, 409, 409]
    assert len(await stage.said("customer.unmerged")) == 1
