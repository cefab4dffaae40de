"""Logging in: count the attempt, check the password outside any transaction, begin the session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from common import telemetry
from common.db import Database
from common.http.problems import Problem
from gateway.people import attempts
from gateway.people.passwords import is_right
from gateway.people.session import begin_session
from gateway.people.tables import person


class WrongLogin(Problem):
    """The address or the password is wrong; which of them is not said."""

    status, title = 401, "The e-mail address or the password is wrong"


@dataclass(frozen=True, slots=True)
class Welcome:
    """Somebody who has just logged in, and the token of their session."""

    person: Any
    token: str


async def log_in(database: Database, email: str, password: str, *, address: str, now: datetime) -> Welcome:
    """Begin a session. Raises WrongLogin, and TooManyAttempts after repeated failures from `address`."""
    counts = attempts.counted(email, address)
    async with database.transaction() as db:
        await attempts.begin(db, counts, now=now)
        found = (await db.execute(sa.select(person).where(person.c.email == email))).one_or_none()
    # Argon2 takes some 50 ms: no connection waits for it.
    right = await is_right(password, found.password_hash if found else None)
    if found is None or not right or not found.active:
        telemetry.AUTH_FAILURES.labels("wrong_login").inc()
        raise WrongLogin("Check both and try again.")
    async with database.transaction() as db:
        await attempts.succeed(db, counts, now=now)
        return Welcome(found, await begin_session(db, found.id, now=now))
