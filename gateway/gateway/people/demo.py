"""The demo login: a supervisor without a password, for whoever sits at this machine, only when KEFU_DEMO=1."""

from __future__ import annotations

from datetime import datetime
from ipaddress import ip_address
from typing import Any

import sqlalchemy as sa

from common.db import Db
from common.http.problems import NotFound
from gateway.people.add import EmailTaken, add_person
from gateway.people.log_in import Welcome
from gateway.people.schemas import NewPerson
from gateway.people.session import begin_session
from gateway.people.tables import person

EMAIL = "demo@kefu.invalid"
_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})


def is_this_machine(address: str, host: str) -> bool:
    """Whether a request from `address` for `host` comes from this machine, by a name of this machine.

    The name matters: a foreign page may let its own name point to 127.0.0.1 and so ask with its visitor's browser.
    """
    name = host if host.endswith("]") else host.rsplit(":", 1)[0]
    try:
        return ip_address(address).is_loopback and name.lower() in _HOSTS
    except ValueError:
        return False


async def enter_demo(db: Db, *, offered: bool, now: datetime) -> Welcome:
    """Log in as the demo's supervisor, who is made at the first time. Raises NotFound unless `offered`."""
    if not offered:
        raise NotFound("There is no demo here.")
    supervisor = await _supervisor(db, now=now)
    return Welcome(supervisor, await begin_session(db, supervisor.id, now=now))


async def _supervisor(db: Db, *, now: datetime) -> Any:
    wanted = NewPerson(email=EMAIL, name="演示主管 Demo", role="supervisor", language="zh")
    try:
        return await add_person(db, wanted, None, now)
    except EmailTaken:
        return (await db.execute(sa.select(person).where(person.c.email == EMAIL))).one()
