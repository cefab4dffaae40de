"""A customer of whom a copy stands wherever ticket-svc makes one, and an office that may erase them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest_asyncio

from common.contracts.feedback import RecoveryClosed, SurveyAnswered
from common.contracts.tickets import CustomerErased, TicketErased
from common.ids import new_id
from common.testing.stage import MORNING, Stage, a_caller

Json = dict[str, Any]

SECRETS = (
    "zaphod@example.com",
    "+8613900139000",
    "Zaphod Beeblebrox",
    "wo-zaphod-unionid",
    "crm-zaphod-42",
    "betelgeuse",
    "Magrathea",
    "ship-serial-4711",
)
"""What must stand nowhere once they are erased."""


class Rights:
    """What an admin and an agent do; answers that are not as expected fail at once."""

    def __init__(self, stage: Stage, admin: httpx.AsyncClient) -> None:
        self.stage, self.admin = stage, admin

    async def ask(self, method: str, path: str, status: int = 200, **options: Any) -> Json:
        """What was answered, if it was with this status."""
        answer = await self.admin.request(method, path, **options)
        assert answer.status_code == status, (path, answer.text)
        found: Json = answer.json() if answer.content else {}
        return found

    async def customer(self, **told: Any) -> Json:
        """A new customer."""
        return await self.ask("POST", "/v1/customers", 201, json={"name": "Ann", **told})

    async def open(self, customer: Json, text: str = "hello", **more: Any) -> Json:
        """A ticket of a customer."""
        body = {"text": text, "customer": {"id": customer["id"]}, **more}
        return await self.ask("POST", "/v1/tickets", 201, json=body, headers={"Idempotency-Key": str(new_id())})

    async def over(self, ticket: Json) -> None:
        """Resolve and close it."""
        for verb in ("resolve", "close"):
            await self.ask("POST", f"/v1/tickets/{ticket['id']}/{verb}")

    async def erase(self, customer: Json, status: int = 202, **changes: Any) -> Json:
        """Ask that they be erased, as they are now."""
        seen = (await self.ask("GET", f"/v1/customers/{customer['id']}"))["version"]
        body = {"confirm": customer["id"], "reason": "asked for it", **changes}
        path, headers = f"/v1/customers/{customer['id']}/erasure", {"If-Match": f'"{seen}"'}
        return await self.ask("POST", path, status, json=body, headers=headers)

    async def work(self) -> None:
        """Run what is due."""
        await self.stage.pass_time(MORNING - MORNING)

    async def hear_all(self) -> None:
        """Let the service hear all that it said."""
        for said in await self.stage.said():
            await self.stage.hear(said.data, about=said.about, sequence=said.version)

    async def erased(self, erasure: Json) -> tuple[list[TicketErased], list[CustomerErased]]:
        """What was said of an erasure."""
        said = [one.data for one in await self.stage.said("ticket.erased", "customer.erased")]
        tickets = [one for one in said if isinstance(one, TicketErased) and str(one.erasure_id) == erasure["id"]]
        return tickets, [one for one in said if isinstance(one, CustomerErased)]

    async def zaphod(self) -> Json:
        """A customer whose data stand in every place that there is."""
        told = {"email": SECRETS[0], "phone": SECRETS[1], "name": SECRETS[2], "external_id": SECRETS[4]}
        made = await self.customer(**told, tier="vip", attributes={})
        known = {"kind": "wechat_unionid", "value": SECRETS[3]}
        await self.ask("POST", f"/v1/customers/{made['id']}/identities", 201, json=known)
        twin = await self.customer(name=SECRETS[2], email="beta@betelgeuse.example")
        await self.ask("POST", f"/v1/customers/{twin['id']}/merge", json={"into": made["id"], "reason": "Magrathea"})
        await self.ask(
            "POST", "/v1/fields", 201, json={"key": "serial", "kind": "text", "label": {"zh": "号", "en": "No"}}
        )
        form = {"fields": [{"field": "serial"}]}
        seen = (await self.admin.get("/v1/ticket-types/request")).headers["etag"]
        await self.ask("PUT", "/v1/ticket-types/request/form", json=form, headers={"If-Match": seen})
        await self._tickets(made)
        return await self.ask("GET", f"/v1/customers/{made['id']}")

    async def _tickets(self, made: Json) -> None:
        file = await self.ask("POST", "/v1/attachments?name=betelgeuse.txt", 201, content=b"home is betelgeuse")
        ticket = await self.open(
            made,
            "I live on betelgeuse",
            subject="To Magrathea",
            fields={"serial": SECRETS[7]},
            attachment_ids=[file["id"]],
            external_id="mail-zaphod@example.com",
        )
        url = f"/v1/tickets/{ticket['id']}"
        reply = {"text": "How is betelgeuse?", "html": "<p>How is <b>betelgeuse</b>?</p>"}
        message = await self.ask("POST", f"{url}/replies", 201, json=reply)
        await self.ask("POST", f"{url}/replies", 201, json={"text": "betelgeuse is fine", "author": "customer"})
        await self.ask("POST", f"{url}/notes", 201, json={"text": "betelgeuse, he says"})
        edited = {"text": "How is it?", "reason": "no betelgeuse"}
        seen = (await self.admin.get(url)).headers["etag"]
        await self.ask("PATCH", f"{url}/messages/{message['id']}", json=edited, headers={"If-Match": seen})
        await self.ask("PUT", f"{url}/draft", json={"text": "betelgeuse!"})
        await self.ask("POST", "/v1/incidents", 201, json={"ticket_id": ticket["id"]})
        await self.hear_all()
        survey = SurveyAnswered(
            survey_id=new_id(),
            ticket_id=ticket["id"],
            customer_id=made["id"],
            agent_id=None,
            score=1,
            comment="betelgeuse was better",
            answered_at=MORNING,
        )
        await self.stage.hear(survey, about=survey.survey_id)
        closed = RecoveryClosed(
            recovery_id=new_id(), ticket_id=ticket["id"], outcome="sent to Magrathea", closed_at=MORNING
        )
        await self.stage.hear(closed, about=closed.recovery_id)


@pytest_asyncio.fixture(loop_scope="session")
async def rights(stage: Stage) -> AsyncIterator[Rights]:
    """An admin's."""
    async with stage.client(caller=a_caller("admin", id=new_id(), name="老板")) as admin:
        yield Rights(stage, admin)
