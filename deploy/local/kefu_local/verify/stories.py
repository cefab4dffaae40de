"""What a client does with a ticket: open it, perhaps write, change, merge, split or note on it, resolve it, rate it."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from typing import Any

from kefu_local.verify import marks
from kefu_local.verify.ask import Asking, Wish
from kefu_local.verify.history import Call, Kind

_TEXTS = (
    "我的订单三天没有更新物流，请帮忙查询一下。",
    "发票抬头开错了，怎样申请重新开具？",
    "My card was charged twice for the same order.",
    "How do I change the delivery address of an order?",
    "登录时一直收不到短信验证码。",
    "The app closes by itself whenever I open the invoice page.",
)
RESOLVED = 0.6
"""The share of tickets that are resolved; the others stay with their agents."""
_RACES, _REPLIED = 0.12, 0.4
_MERGED, _SPLIT, _NOTED = 0.08, 0.08, 0.1
_BOTH_WAYS = 0.3
"""Of the merges, those that are asked for in both directions at once."""
_MOST_NOTED = 10
_ONLY_KEY, _NEVER_AGAIN, _REGULAR = 0.3, 0.1, 0.3
_ROUNDS = 3


@dataclass
class Client:
    """One client: its number, its dice, and the tickets whose customers it may still speak for."""

    number: int
    asking: Asking
    dice: random.Random
    resolved: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)

    async def story(self) -> None:
        """One ticket's story."""
        ticket = (await self.open()).ticket
        if not ticket:
            return
        if self.dice.random() < _RACES:
            await self.race(ticket)
        elif self.dice.random() < _REPLIED:
            for turn in range(self.dice.randint(1, 4)):
                await self.reply(ticket, turn)
        elif self.dice.random() < _SPLIT / (1 - _REPLIED):
            await self.part(ticket)
        if self.dice.random() < _MERGED:
            ticket = await self.unite(ticket)
        if ticket and self.dice.random() < RESOLVED:
            await self.resolve(ticket)
        if self.dice.random() < _NOTED:
            await self.note_on_many()
        await self.rate_one()

    async def open(self) -> Call:
        """Open a ticket. Some are known by their Idempotency-Key alone, and some are not asked for again."""
        call = self._call("open")
        call.key = call.id
        if self.dice.random() >= _ONLY_KEY:
            call.external_id = call.id
        run = self.asking.history.run
        someone = f"client-{self.number}" if self.dice.random() < _REGULAR else call.id
        body: dict[str, Any] = {
            "text": marks.text_of(call.id, self.dice.choice(_TEXTS)),
            "subject": marks.text_of(call.id, "").strip(),
            "topic": run.topic,
            "customer": {"name": "verify", "email": f"{someone}.{run.marker}@example.com"},
        }
        if call.external_id:
            body["external_id"] = call.external_id
        await self._ask(call, "POST", "/v1/tickets", body, insist=self.dice.random() >= _NEVER_AGAIN)
        if call.ticket:
            self.opened = [*self.opened, call.ticket][-_MOST_NOTED:]
        return call

    async def reply(self, ticket: str, turn: int) -> Call:
        """Write a message, as the customer or as an agent."""
        call = self._call("reply", ticket)
        call.key = call.id
        body = {"text": marks.text_of(call.id, f"reply {turn}"), "author": self.dice.choice(("customer", "agent"))}
        insist = self.dice.random() >= _NEVER_AGAIN
        await self._ask(call, "POST", f"/v1/tickets/{ticket}/replies", body, insist=insist)
        return call

    async def race(self, ticket: str) -> None:
        """Two change the ticket's subject at once, again and again: both saw the same version, so one is refused."""
        for _ in range(_ROUNDS):
            seen = await asyncio.gather(*(self.asking.look(f"/v1/tickets/{ticket}") for _ in range(2)))
            changes = [self.change(ticket, one.json()["subject"], one.headers["etag"]) for one in seen if one]
            await asyncio.gather(*changes)

    async def change(self, ticket: str, subject: str, etag: str) -> None:
        """Leave a tag in the subject, unless somebody changed the ticket meanwhile. Not protected by a key."""
        call = self._call("change", ticket)
        body = {"subject": marks.tagged(subject, call.id)}
        await self._ask(call, "PATCH", f"/v1/tickets/{ticket}", body, {"if-match": etag}, insist=False)

    async def unite(self, ticket: str) -> str:
        """Merge a second ticket into this one; the one that goes on, or none where that is not known."""
        other = (await self.open()).ticket
        if not other:
            return ticket
        await self.reply(other, 0)
        if self.dice.random() < _BOTH_WAYS:
            await asyncio.gather(self.merge(other, ticket), self.merge(ticket, other))
            return ""
        # What is said meanwhile stands in one of the two before, and in the other after.
        await asyncio.gather(self.merge(other, ticket), self.reply(other, 1))
        await self.reply(other, 2)
        return ticket

    async def merge(self, ticket: str, into: str) -> None:
        """Merge the ticket. Not protected by a key: it can be merged once only."""
        call = self._call("merge", ticket)
        call.other = into
        body = {"into": into, "other_customer": True, "keep_public": True}
        await self._ask(call, "POST", f"/v1/tickets/{ticket}/merge", body)

    async def part(self, ticket: str) -> None:
        """Write twice, and let the second message begin a ticket of its own."""
        await self.reply(ticket, 0)
        last = await self.reply(ticket, 1)
        found = await self.asking.look(f"/v1/tickets/{ticket}/messages?limit=200")
        said = found.json()["items"] if found else []
        message = next((one["id"] for one in said if marks.call_in(one["text"]) == last.id), None)
        if message is None:
            return
        call = self._call("split")
        call.key, call.other, call.first = call.id, ticket, last.id
        body = {"from_message_id": message, "subject": marks.text_of(call.id, "").strip()}
        insist = self.dice.random() >= _NEVER_AGAIN
        await self._ask(call, "POST", f"/v1/tickets/{ticket}/split", body, insist=insist)

    async def note_on_many(self) -> None:
        """Note the same on the tickets that this client opened last, whatever became of them."""
        call = self._call("bulk")
        call.key, call.about = call.id, list(self.opened)
        body = {"action": {"do": "note", "text": marks.text_of(call.id, "noted")}, "ids": call.about}
        await self._ask(call, "POST", "/v1/tickets/bulk", body, insist=self.dice.random() >= _NEVER_AGAIN)

    async def resolve(self, ticket: str) -> None:
        """Resolve the ticket."""
        call = self._call("resolve", ticket)
        await self._ask(call, "POST", f"/v1/tickets/{ticket}/resolve", {})
        self.resolved.append(ticket)

    async def rate_one(self) -> None:
        """Answer the survey of a ticket that was resolved a while ago, if its customer was asked by now."""
        if len(self.resolved) < 2 or self.dice.random() < 0.5:
            return
        ticket = self.resolved.pop(0)
        found = await self.asking.look(f"/v1/surveys?ticket_id={ticket}")
        surveys = found.json()["items"] if found else []
        links = [one["link"] for one in surveys if one["link"] and one["state"] == "sent"]
        if not links:
            return
        call = self._call("rate", ticket)
        call.score = self.dice.randint(1, 5)
        path = "/s/" + links[0].rpartition("/")[2]
        await self._ask(call, "POST", path, {"score": call.score, "comment": marks.text_of(call.id, "rated")})

    def _call(self, kind: Kind, ticket: str = "") -> Call:
        id_ = self.asking.history.new_id()
        return Call(id=id_, client=self.number, kind=kind, invoked=time.time(), ticket=ticket)

    async def _ask(
        self, call: Call, method: str, path: str, body: dict[str, Any], headers: dict[str, str] | None = None,
        *, insist: bool = True,
    ) -> None:  # fmt: skip
        keyed = {"idempotency-key": call.key} if call.key else {}
        await self.asking.ask(call, Wish(method, path, body, {**keyed, **(headers or {})}, insist))
