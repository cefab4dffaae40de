"""Tickets of a type that is deleted go with all that hangs on them, and their families with them; others stay."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from common.contracts.feedback import FeedbackCopiesErased, SurveyAnswered
from common.contracts.kb import KbCopiesErased
from common.contracts.routing import RoutingCopiesErased
from common.contracts.tickets import TicketDeleted
from common.ids import new_id
from common.testing.everywhere import where_it_stands
from common.testing.stage import MORNING

from .conftest import Json, Rights

pytestmark = pytest.mark.asyncio

URL = "/v1/ticket-types/request/retention"
TEXTS = ("betelgeuse", "Magrathea", "ship-serial-4711", "mail-zaphod@example.com")
OF_CUSTOMERS = ("customer", "customer_event", "customer_merge", "identity")
STAYS = {"change.object_id", "change.into_id", "ticket_tombstone.ticket_id", "outbox.aggregate_id", "outbox.envelope"}
STAYS |= {"ticket_event.data"}
"""Where the id of a deleted ticket stands: what tells that it is gone, events without texts, trails of linked ones."""


async def keep(rights: Rights, days: int | None = 30, then: str = "delete", kind: str = "request") -> Json:
    """Keep tickets of this type for so long."""
    return await rights.ask("PUT", f"/v1/ticket-types/{kind}/retention", json={"days": days, "then": then})


async def old(rights: Rights, text: str = "betelgeuse", customer: Json | None = None, **more: Any) -> Json:
    """A ticket that is over."""
    ticket = await rights.open(customer or await rights.customer(), text, **more)
    await rights.over(ticket)
    return ticket


async def there(rights: Rights, *tickets: Json) -> list[bool]:
    """Whether each ticket is there."""
    return [(await rights.admin.get(f"/v1/tickets/{one['id']}")).status_code == 200 for one in tickets]


async def places(rights: Rights, strings: Sequence[str]) -> set[str]:
    """`table.column` of what is not the customer's own, where one of these stands."""
    found = {line.split(": ")[0] for line in await where_it_stands(rights.stage.database, strings)}
    plain = {one.removeprefix("public.") for one in found}
    return {one for one in plain if one.split(".")[0] not in OF_CUSTOMERS}


async def test_nothing_of_a_deleted_ticket_stands_in_any_table(rights: Rights) -> None:
    zaphod = await rights.zaphod()
    [ticket] = (await rights.ask("GET", "/v1/tickets", params={"customer_id": zaphod["id"]}))["items"]
    url = f"/v1/tickets/{ticket['id']}"
    kept, twin = await rights.open(await rights.customer()), await rights.open(zaphod, "Magrathea too")
    await rights.ask("POST", f"{url}/links", 201, json={"to": kept["id"], "kind": "related"})
    await rights.ask("POST", f"/v1/tickets/{twin['id']}/merge", json={"into": ticket["id"]})
    await rights.ask("POST", f"/v1/incidents/{ticket['id']}/resolve")
    await rights.over(ticket)
    await keep(rights)
    assert {line.rsplit(": ", 1)[1] for line in await where_it_stands(rights.stage.database, TEXTS)} == set(TEXTS)
    messages = [one["id"] for one in (await rights.ask("GET", f"{url}/messages"))["items"]]
    await rights.stage.pass_time(timedelta(days=40))
    await rights.hear_all()
    assert await there(rights, ticket, twin, kept) == [False, False, True]
    async with rights.stage.database.transaction() as db:
        await db.execute(sa.text("DELETE FROM outbox WHERE aggregate_id = ANY(SELECT id FROM customer)"))
    assert await places(rights, TEXTS) == set()
    assert await places(rights, [ticket["id"], twin["id"], *messages]) <= STAYS
    found = (await rights.ask("GET", "/v1/changes", params={"limit": 200}))["items"]
    assert {one["id"]: one["gone"] for one in found if one["kind"] == "ticket"} == {
        ticket["id"]: "deleted",
        twin["id"]: "deleted",
        kept["id"]: None,
    }


async def test_receipt_names_them_and_is_complete_when_everybody_answered(rights: Rights) -> None:
    tickets = [await old(rights) for _ in range(2)]
    assert (await keep(rights))["then"] == "delete"
    await rights.stage.pass_time(timedelta(days=31))
    said = [one.data for one in await rights.stage.said("ticket.deleted")]
    assert all(isinstance(one, TicketDeleted) for one in said)
    [receipt] = (await rights.ask("GET", "/v1/deletions"))["items"]
    assert (receipt["tickets"], receipt["numbers"]) == (2, [one["number"] for one in tickets])
    assert {str(one.deletion_id) for one in said} == {receipt["id"]}
    for answer, of in ((FeedbackCopiesErased, (2,)), (KbCopiesErased, (1, 1)), (RoutingCopiesErased, (1,))):
        for tickets_of in of:
            told = {"erasure_id": receipt["id"], "customer": False, "counts": {"rows": 1}, "erased_at": MORNING}
            await rights.stage.hear(answer(tickets=tickets_of, **told), about=new_id(), times=2)
    [waits] = (await rights.ask("GET", "/v1/deletions"))["items"]
    assert (waits["completed_at"], [one["state"] for one in waits["services"]]) == (
        None,
        ["complete", "complete", "complete", "waiting"],
    )
    last = RoutingCopiesErased(erasure_id=receipt["id"], tickets=1, customer=False, counts={}, erased_at=MORNING)
    await rights.stage.hear(last, about=new_id())
    assert (await rights.ask("GET", "/v1/deletions"))["items"][0]["completed_at"] is not None


async def test_family_goes_together_or_not_at_all(rights: Rights) -> None:
    await rights.ask(
        "POST", "/v1/ticket-types", 201, json={"key": "complaint", "label": {"zh": "投诉", "en": "Complaint"}}
    )
    families = []
    for kind in ("request", "complaint", "request"):
        root = await rights.open(customer := await rights.customer())
        part = await rights.open(customer, type=kind)
        await rights.ask("POST", f"/v1/tickets/{part['id']}/merge", json={"into": root["id"]})
        await rights.over(root)
        families.append((root, part))
    held = families[2][1]["customer"]["id"]
    await rights.ask("PUT", f"/v1/customers/{held}/hold", json={"reason": "law suit"})
    await keep(rights)
    await rights.stage.pass_time(timedelta(days=31))
    assert [await there(rights, *one) for one in families] == [[False, False], [True, True], [True, True]]
    await rights.ask("DELETE", f"/v1/customers/{held}/hold", 204)
    await keep(rights, 60, kind="complaint")
    await rights.stage.pass_time(timedelta(days=2))
    assert [await there(rights, *one) for one in families[1:]] == [[True, True], [False, False]]
    await rights.stage.pass_time(timedelta(days=60))
    assert await there(rights, *families[1]) == [False, False]


async def test_problem_stays_as_long_as_a_report_of_it(rights: Rights) -> None:
    problem, report, other = [await rights.open(await rights.customer()) for _ in range(3)]
    await rights.ask("POST", "/v1/incidents", 201, json={"ticket_id": problem["id"]})
    await rights.ask("POST", f"/v1/incidents/{problem['id']}/reports", json={"ticket_ids": [report["id"], other["id"]]})
    await rights.ask("POST", f"/v1/incidents/{problem['id']}/broadcasts", 201, json={"text": "We are at it"})
    await rights.work()
    await rights.over(problem)
    await rights.over(report)
    await keep(rights)
    await rights.stage.pass_time(timedelta(days=31))
    assert await there(rights, problem, report, other) == [True, False, True]
    shown = await rights.ask("GET", f"/v1/incidents/{problem['id']}")
    assert shown["id"] == problem["id"]
    await rights.over(other)
    await rights.stage.pass_time(timedelta(days=31))
    await rights.stage.pass_time(timedelta(hours=2))
    assert await there(rights, problem, other) == [False, False]


async def test_one_that_has_to_stay_does_not_keep_those_behind_it(
    rights: Rights, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ticket_svc.rights.retention.AT_ONCE", 1)
    tickets = [await old(rights) for _ in range(3)]
    await rights.ask("PUT", f"/v1/customers/{tickets[0]['customer']['id']}/hold", json={"reason": "law suit"})
    await keep(rights)
    await rights.stage.pass_time(timedelta(days=31))
    assert await there(rights, *tickets) == [True, False, False]


async def test_what_was_split_or_merged_and_parted_again_goes_by_itself(rights: Rights) -> None:
    source, target = [await rights.open(await rights.customer()) for _ in range(2)]
    said = await rights.ask(
        "POST", f"/v1/tickets/{source['id']}/replies", 201, json={"text": "and", "author": "customer"}
    )
    merge = {"into": target["id"], "other_customer": True}
    await rights.ask("POST", f"/v1/tickets/{source['id']}/merge", json=merge)
    await rights.ask("POST", f"/v1/tickets/{source['id']}/unmerge")
    new = await rights.ask("POST", f"/v1/tickets/{source['id']}/split", 201, json={"from_message_id": said["id"]})
    await rights.over(new)
    await keep(rights)
    await rights.stage.pass_time(timedelta(days=31))
    assert await there(rights, source, target, new) == [True, True, False]
    await rights.over(source)
    await rights.stage.pass_time(timedelta(days=31))
    assert await there(rights, source, target) == [False, True]


async def test_whose_content_was_erased_before_go_too(rights: Rights) -> None:
    ticket = await old(rights, customer=(ann := await rights.customer()), external_id="crm:42")
    await rights.erase(ann)
    await rights.work()
    await keep(rights, 1)
    await rights.stage.pass_time(timedelta(days=3))
    assert await there(rights, ticket) == [False]


async def test_import_does_not_bring_back_what_was_deleted_or_erased(rights: Rights) -> None:
    deleted = await old(rights, external_id="crm:42")
    await keep(rights, 1)
    await rights.stage.pass_time(timedelta(days=3))
    await keep(rights, None)
    erased = await old(rights, customer=(ann := await rights.customer()), external_id="crm:43")
    await rights.erase(ann)
    await rights.work()
    past = {"customer": {"email": "past@example.com"}, "opened_at": "2024-05-06T01:00:00Z"}
    past |= {"messages": [{"text": "betelgeuse", "created_at": "2024-05-06T01:00:00Z"}]}
    wanted = {"tickets": [{"external_id": one, **past} for one in ("crm:42", "crm:43", "crm:44")]}
    results = (await rights.ask("POST", "/v1/tickets/import", json=wanted))["results"]
    assert [(one["external_id"], one["status"]) for one in results] == [
        ("crm:42", 409),
        ("crm:43", 200),
        ("crm:44", 201),
    ]
    assert results[1]["ticket_id"] == erased["id"]
    assert await there(rights, deleted) == [False]


async def timers(rights: Rights) -> set[str]:
    """The kinds of timers that are set."""
    async with rights.stage.database.reading() as db:
        return set((await db.execute(sa.text("SELECT kind FROM timer"))).scalars())


async def test_timers_and_facts_that_come_late_find_no_ticket(rights: Rights) -> None:
    trigger = {"kind": "time", "since": "entered_status", "status": "closed", "minutes": 43_200}
    rule = {
        "name": "late",
        "trigger": trigger,
        "conditions": {"all": [{"field": "status", "operator": "is", "value": "closed"}]},
        "active": True,
    }
    await rights.ask("POST", "/v1/rules", 201, json={**rule, "actions": [{"do": "tag", "add": ["late"]}]})
    ticket = await old(rights)
    await rights.hear_all()
    await keep(rights, 3)
    before = await timers(rights)
    await rights.stage.pass_time(timedelta(days=5))
    assert (before >= {"rule.time", "ticket.retention"}, await timers(rights)) == (True, {"ticket.retention"})
    survey = SurveyAnswered(
        survey_id=new_id(),
        ticket_id=UUID(ticket["id"]),
        customer_id=UUID(ticket["customer"]["id"]),
        agent_id=None,
        score=1,
        comment="betelgeuse",
        answered_at=MORNING,
    )
    await rights.stage.hear(survey, about=survey.survey_id)
    assert await where_it_stands(rights.stage.database, ["betelgeuse"]) == []


async def test_ticket_that_somebody_is_at_is_not_waited_for(rights: Rights) -> None:
    ticket = await old(rights)
    await keep(rights)
    lock = sa.text("SELECT FROM ticket WHERE id = :id FOR NO KEY UPDATE")
    async with rights.stage.database.transaction() as db:
        await db.execute(lock, {"id": UUID(ticket["id"])})
        await asyncio.wait_for(rights.stage.pass_time(timedelta(days=31)), 10)
    assert await there(rights, ticket) == [True]
    await rights.stage.pass_time(timedelta(hours=1))
    assert await there(rights, ticket) == [False]
