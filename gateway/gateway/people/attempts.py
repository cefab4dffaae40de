"""Counting failed attempts to log in, per account and address and per address."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from common import telemetry
from common.db import Db
from common.http.problems import Problem
from gateway.people import throttle
from gateway.people.tables import attempt


class TooManyAttempts(Problem):
    """Too many failed logins; `Retry-After` says in how many seconds the next may be made."""

    status, title = 429, "Too many attempts to log in"


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted, and how many failures are free."""

    key: bytes
    free: int


def counted(email: str, address: str) -> list[Counted]:
    """What an attempt counts towards. Always in one order, so that two attempts never wait for each other's locks."""
    return [
        Counted(_key("address", address), throttle.FREE_PER_ADDRESS),
        Counted(_key("account", email, address), throttle.FREE_PER_ACCOUNT),
    ]


async def begin(db: Db, counts: list[Counted], *, now: datetime) -> None:
    """Count an attempt as failed until it has succeeded, so that many at once gain nothing. Raises TooManyAttempts."""
    for one in counts:
        seen = insert(attempt).values(key=one.key, failures=0, last_at=now)
        # The update changes nothing: it locks the row, so that attempts of one key pass here one by one.
        locked = seen.on_conflict_do_update(index_elements=["key"], set_={"failures": attempt.c.failures})
        row = (await db.execute(locked.returning(attempt.c.failures, attempt.c.last_at))).one()
        since = now - row.last_at
        wait = math.ceil(throttle.wait_left(row.failures, since, free=one.free).total_seconds())
        if wait:
            telemetry.RATE_LIMITED.labels("login").inc()
            raise TooManyAttempts(f"Try again in {wait} s.", headers={"Retry-After": str(wait)})
        failures = throttle.failures_now(row.failures, since) + 1
        await db.execute(sa.update(attempt).where(attempt.c.key == one.key).values(failures=failures, last_at=now))


async def succeed(db: Db, counts: list[Counted], *, now: datetime) -> None:
    """The attempt was none: take it back, forget the account's failures, and those nobody asks for any more."""
    address, account = counts
    one_less = sa.func.greatest(attempt.c.failures - 1, 0)
    await db.execute(sa.update(attempt).where(attempt.c.key == address.key).values(failures=one_less))
    old = attempt.c.last_at < now - throttle.FORGOTTEN_AFTER
    await db.execute(sa.delete(attempt).where(sa.or_(attempt.c.key == account.key, old)))


def _key(*parts: str) -> bytes:
    return sha256("\0".join(parts).encode()).digest()
