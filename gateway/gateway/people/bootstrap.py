"""The first admin, without whom nobody could let anybody in."""

from __future__ import annotations

import asyncio
from datetime import datetime

import sqlalchemy as sa
from asyncpg.exceptions import UndefinedTableError

from common import telemetry
from common.clock import Clock
from common.db import Database, DatabaseAway
from gateway.people.add import EmailTaken, add_person
from gateway.people.passwords import hash_password
from gateway.people.schemas import NewPerson
from gateway.people.tables import person

_PAUSE = 1.0


async def make_first_admin(database: Database, email: str, password: str, *, now: datetime) -> bool:
    """Make the first admin, unless there is anybody already; whether one was made."""
    async with database.reading() as reading:
        if (await reading.execute(sa.select(person.c.id).limit(1))).first():
            return False
    wanted = NewPerson(email=email, name="Admin", role="admin")
    hashed = await hash_password(password)
    try:
        async with database.transaction() as db:
            await add_person(db, wanted, hashed, now)
    except EmailTaken:
        return False  # another process of the gateway was faster
    return True


async def keep_trying(database: Database, email: str, password: str, clock: Clock) -> None:
    """Make the first admin as soon as the database is there and migrated."""
    while True:
        try:
            await make_first_admin(database, email, password, now=clock.now())
            return
        except (DatabaseAway, UndefinedTableError) as error:
            telemetry.log.warning("bootstrap.waits", error=str(error))
            await asyncio.sleep(_PAUSE)
