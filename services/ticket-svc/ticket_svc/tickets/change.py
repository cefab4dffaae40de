"""Changing a ticket: lock its row, collect what changes and what is to be said of it, write all of it together.

change = await begin(db, ticket_id, seen=version_or_none)
change.act("resolve")                              # the status table decides
change.set(resolved_at=now)
change.say(TicketResolved(...), {...})
return await change.write(db, by=doer(who), now=now)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common import outbox
from common.contracts.base import Event, Heard
from common.db import Db
from common.http.problems import Conflict
from common.outbox import Saying
from common.rows import given
from ticket_svc.fields.known import EDITION
from ticket_svc.tickets.meanwhile import must_be_present
from ticket_svc.tickets.read import JOINED, NoSuchTicket
from ticket_svc.tickets.schemas import TicketView
from ticket_svc.tickets.status import Act, Status, after, allows
from ticket_svc.tickets.survivor import survivor_of, survivors_of
from ticket_svc.tickets.tables import ticket
from ticket_svc.trail import write as trail
from ticket_svc.trail.write import Doer, Step


class TransitionRefused(Conflict):
    """The ticket's status does not allow this."""

    def __init__(self, status: Status, act: Act) -> None:
        super().__init__(f"A ticket that is {status} does not allow this.", ticket_status=status, act=act)


_CUSTOM = ("custom_status_id", "custom_status_zh", "custom_status_en")


@dataclass(frozen=True, slots=True)
class _Said:
    event: Event
    data: Mapping[str, Any]
    at: datetime | None
    by: Doer | None


@dataclass
class Change:
    """A locked ticket and what is to become of it. `change["status"]` is the value as changed so far."""

    row: Mapping[Any, Any]
    because: Heard[Any] | None = None
    """The event that made it, when none of us asked for it."""
    _values: dict[str, Any] = field(default_factory=dict)
    _said: list[_Said] = field(default_factory=list)

    def __getitem__(self, name: str) -> Any:
        return self._values.get(name, self.row[name])

    @property
    def id(self) -> UUID:
        """The ticket's."""
        ticket_id: UUID = self.row["id"]
        return ticket_id

    @property
    def version(self) -> int:
        """The version that the change brings the ticket to: one more for each event."""
        return int(self.row["version"]) + len(self._said)

    def allows(self, act: Act) -> bool:
        """Whether the ticket's status allows `act`."""
        return allows(self["status"], act)

    def act(self, act: Act) -> None:
        """Bring the ticket to the status that `act` leads to. Raises TransitionRefused."""
        status = after(self["status"], act)
        if status is None:
            raise TransitionRefused(self["status"], act)
        stays = status == self["status"]
        # A custom status stands inside its category and goes with it. Always set: write_all wants equal columns.
        names = {name: self[name] if stays else None for name in _CUSTOM}
        self.set(status=status, **names)

    def set(self, **values: Any) -> None:
        """Give columns of the ticket new values (or `agent_name`, for the view)."""
        self._values.update(values)

    def say(
        self, event: Event, data: Mapping[str, Any] | None = None, *, at: datetime | None = None, by: Doer | None = None
    ) -> None:
        """Say `event`, and put it on the trail with `data`; `at` and `by` where they are not those of the change."""
        self._said.append(_Said(event, data or {}, at, by))

    async def write(self, db: Db, *, by: Doer, now: datetime) -> TicketView:
        """Write row, trail and events; the ticket after it. A change that says nothing changes nothing."""
        await write_all(db, [self], by=by, now=now)
        return self.view(now)

    def view(self, now: datetime) -> TicketView:
        """The ticket as changed."""
        updated_at = now if self._said else self.row["updated_at"]
        return TicketView.of({**self.row, **self._values, "version": self.version, "updated_at": updated_at})

    def steps(self, by: Doer, now: datetime) -> list[Step]:
        """The change's entries on the trail."""
        first = int(self.row["version"]) + 1
        return [
            Step(self.id, first + number, one.event.TYPE, one.by or by, one.at or now, one.data)
            for number, one in enumerate(self._said)
        ]

    def sayings(self) -> list[Saying]:
        """What the change says, with the version that each event makes."""
        first = int(self.row["version"]) + 1
        return [Saying(one.event, self.id, first + number, self.because) for number, one in enumerate(self._said)]

    def columns(self, now: datetime) -> dict[str, Any]:
        """The new values of the ticket's row."""
        values = {name: value for name, value in self._values.items() if name in ticket.c}
        return {**values, "version": self.version, "updated_at": now}


_TRIES = 3
"""How often a ticket is asked for. One whose customer was merged while we waited for its lock is not found with its old
customer, and so not at all; the next statement sees the new one."""

# With the edition of the fields' definitions, by which a change of the ticket is judged.
_JOINED = JOINED.add_columns(EDITION)
# NO KEY UPDATE: messages and trail entries that refer to the ticket need not wait.
_LOCK = _JOINED.where(ticket.c.id == sa.bindparam("wanted_id")).with_for_update(of=ticket, key_share=True)
_LOCK_NOW = _JOINED.where(ticket.c.id == sa.bindparam("wanted_id")).with_for_update(
    of=ticket, key_share=True, nowait=True
)
# In the order of ids: two transactions that lock several tickets cannot wait for each other.
_LOCK_MANY = (
    _JOINED.where(ticket.c.id.in_(sa.bindparam("wanted_ids", expanding=True)))
    .order_by(ticket.c.id)
    .with_for_update(of=ticket, key_share=True)
)


_LOCK_FREE = (
    _JOINED.where(ticket.c.id.in_(sa.bindparam("wanted_ids", expanding=True)))
    .order_by(ticket.c.id)
    .with_for_update(of=ticket, key_share=True, skip_locked=True)
)


async def begin(db: Db, ticket_id: UUID, *, seen: int | None = None) -> Change:
    """Lock a ticket. Raises NoSuchTicket, and StaleVersion when it is not in the version that was `seen`."""
    for _ in range(_TRIES):
        row = (await db.execute(_LOCK, {"wanted_id": ticket_id})).mappings().one_or_none()
        if row is not None:
            break
    else:
        raise NoSuchTicket(f"There is no ticket {ticket_id}.")
    await must_be_present(db, row, seen)
    return Change(row)


# One that was merged is not locked by this: whoever goes on to another ticket must not hold this one meanwhile.
_LOCK_OWN = _JOINED.where(ticket.c.id == sa.bindparam("wanted_id"), ticket.c.merged_into_id.is_(None)).with_for_update(
    of=ticket, key_share=True
)


async def begin_where_it_stands(db: Db, ticket_id: UUID, *, seen: int | None = None) -> Change:
    """Lock a ticket, or the one that it was merged into: then the version that was `seen` is another ticket's.

    Raises NoSuchTicket, StaleVersion.
    """
    stands, expected = ticket_id, seen
    for _ in range(_TRIES):
        row = (await db.execute(_LOCK_OWN, {"wanted_id": stands})).mappings().one_or_none()
        if row is not None:
            await must_be_present(db, row, expected)
            return Change(row)
        survivor = await survivor_of(db, stands)
        stands, expected = survivor, expected if survivor == stands else None
    raise NoSuchTicket(f"There is no ticket {ticket_id}.")


async def begin_for_timer(db: Db, ticket_id: UUID) -> Change:
    """Lock a ticket for a timer's operation, or fail at once when a request has it: the timer is tried again.

    The sweep holds the timer's row already, and a request that holds the ticket may be about to move that timer:
    were we to wait, each would wait for the other.
    """
    return Change((await db.execute(_LOCK_NOW, {"wanted_id": ticket_id})).mappings().one())


async def begin_free(db: Db, ticket_ids: Sequence[UUID]) -> dict[UUID, Change]:
    """Lock those of several tickets that nobody has now: a timer's operation must not wait, see begin_for_timer."""
    rows = (await db.execute(_LOCK_FREE, {"wanted_ids": list(ticket_ids)})).mappings().all()
    return {row["id"]: Change(row) for row in rows}


async def begin_many(db: Db, ticket_ids: Sequence[UUID]) -> dict[UUID, Change]:
    """Lock several tickets; those that do not exist are left out."""
    wanted, found = set(ticket_ids), {}
    for _ in range(_TRIES):
        rows = (await db.execute(_LOCK_MANY, {"wanted_ids": list(ticket_ids)})).mappings().all()
        found = {row["id"]: Change(row) for row in rows}
        if len(found) == len(wanted):
            break
    return found


class TicketsMerging(Conflict):
    """Some of the tickets were being merged all the while; ask again."""


async def begin_many_where_they_stand(db: Db, ticket_ids: Sequence[UUID]) -> None:
    """Lock several tickets, and those that they were merged into, in the order of ids: whichever is written to.

    Raises TicketsMerging.
    """
    for _ in range(_TRIES):
        wanted = {*ticket_ids, *await survivors_of(db, ticket_ids)}
        try:
            async with db.savepoint():
                await begin_many(db, sorted(wanted))
                # Merged while we waited: its survivor would come out of turn, so all are let go and asked for anew.
                if not await survivors_of(db, ticket_ids) <= wanted:
                    raise _MergedMeanwhile
        except _MergedMeanwhile:
            continue
        return
    raise TicketsMerging("Some of these tickets are being merged; ask again.")


class _MergedMeanwhile(Exception):
    """Undoes the savepoint."""


async def write_all(db: Db, changes: Sequence[Change], *, by: Doer, now: datetime) -> None:
    """Write several changes, which all set the same columns: one statement, however many there are."""
    real = [change for change in changes if change.sayings()]
    if not real:
        return
    rows = [{"id": change.id, **change.columns(now)} for change in real]
    await db.execute(*(_update_one(rows[0]) if len(rows) == 1 else _update_many(rows)))
    trail.write(db, [step for change in real for step in change.steps(by, now)])
    await outbox.say_many(db, [saying for change in real for saying in change.sayings()], now=now)


def _update_one(row: Mapping[str, Any]) -> tuple[sa.Update, dict[str, Any]]:
    values: dict[str, Any] = {name: sa.bindparam(f"to_{name}") for name in row if name != "id"}
    update = sa.update(ticket).where(ticket.c.id == sa.bindparam("to_id")).values(values)
    return update, {f"to_{name}": value for name, value in row.items()}


def _update_many(rows: Sequence[Mapping[str, Any]]) -> tuple[sa.Update, dict[str, Any]]:
    changed = given(*(ticket.c[name] for name in rows[0]))
    values: dict[str, Any] = {name: changed.c[name] for name in rows[0] if name != "id"}
    return sa.update(ticket).where(ticket.c.id == changed.c.id).values(values), {"rows": rows}
