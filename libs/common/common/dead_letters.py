"""What operators do with dead letters: look, replay, or skip with a reason. Each is recorded with who did it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update

from common.contracts.base import Undecodable, read_envelope
from common.db import Db, ReadDb
from common.plumbing import dead_letter, parked


class NoSuchDeadLetter(LookupError):
    """No open dead letter has this id."""


class CannotReplay(ValueError):
    """The letter could not be decoded when it came, so no listener can take it: skip it, or mend the sender."""


async def open_letters(db: ReadDb, *, limit: int = 200) -> Sequence[Any]:
    """The dead letters nobody has settled, oldest first."""
    wanted = select(dead_letter).where(dead_letter.c.settled_at.is_(None)).order_by(dead_letter.c.died_at)
    return (await db.execute(wanted.limit(limit))).all()


async def count_open(db: ReadDb) -> int:
    """How many dead letters nobody has settled."""
    counted: int = (await db.execute(select(func.count()).where(dead_letter.c.settled_at.is_(None)))).scalar_one()
    return counted


async def next_open(db: Db, listener: str, *, after: UUID | None) -> UUID | None:
    """The next open letter of a listener by id, for settling one after the other; None when there is no other."""
    wanted = select(dead_letter.c.id).where(dead_letter.c.settled_at.is_(None), dead_letter.c.listener == listener)
    if after is not None:
        wanted = wanted.where(dead_letter.c.id > after)
    found: UUID | None = (await db.execute(wanted.order_by(dead_letter.c.id).limit(1))).scalar_one_or_none()
    return found


async def show(db: ReadDb, letter_id: UUID) -> Any:
    """One letter with its original bytes. Raises NoSuchDeadLetter."""
    row = (await db.execute(select(dead_letter).where(dead_letter.c.id == letter_id))).one_or_none()
    if row is None:
        raise NoSuchDeadLetter(str(letter_id))
    return row


async def replay(db: Db, letter_id: UUID, *, by: str, now: datetime) -> None:
    """Let the listener try the letter again, from its first attempt. Raises NoSuchDeadLetter, CannotReplay.

    It runs after whatever its key did meanwhile: events that carry a version are guarded by it.
    """
    row = await _settle(db, letter_id, as_="replayed", by=by, reason=None, now=now)
    if not row.listener:
        raise CannotReplay(row.error)
    try:
        event_id = UUID(read_envelope(row.envelope)["id"])
    except (Undecodable, ValueError) as error:
        raise CannotReplay(str(error)) from error
    again = {
        "listener": row.listener,
        "key": row.key,
        "event_id": event_id,
        "topic": row.topic,
        "envelope": row.envelope,
        "attempts": 0,
        "due_at": now,
        "parked_at": now,
    }
    await db.execute(insert(parked).values(again))


async def skip(db: Db, letter_id: UUID, *, by: str, reason: str, now: datetime) -> None:
    """Give the letter up for good, with a reason. Raises NoSuchDeadLetter."""
    await _settle(db, letter_id, as_="skipped", by=by, reason=reason, now=now)


async def _settle(db: Db, letter_id: UUID, *, as_: str, by: str, reason: str | None, now: datetime) -> Any:
    change = update(dead_letter).where(dead_letter.c.id == letter_id, dead_letter.c.settled_at.is_(None))
    settled = change.values(settled_at=now, settled_as=as_, settled_by=by, reason=reason).returning(dead_letter)
    row = (await db.execute(settled)).one_or_none()
    if row is None:
        raise NoSuchDeadLetter(str(letter_id))
    return row
