"""Adding a member of staff."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from common import outbox
from common.contracts.gateway import UserCreated
from common.db import Db
from common.http.problems import Conflict
from common.ids import new_id
from gateway.people.schemas import NewPerson
from gateway.people.tables import person


class EmailTaken(Conflict):
    """Somebody has this e-mail address already."""


async def add_person(db: Db, wanted: NewPerson, password_hash: str | None, now: datetime) -> Any:
    """Add a member of staff; the new row. Raises EmailTaken."""
    row = {
        **wanted.model_dump(include={"email", "name", "role", "language"}),
        "id": new_id(),
        "password_hash": password_hash,
        "active": True,
        "version": 1,
        "created_at": now,
        "updated_at": now,
    }
    added = insert(person).values(row).on_conflict_do_nothing(index_elements=["email"]).returning(person)
    new = (await db.execute(added)).one_or_none()
    if new is None:
        raise EmailTaken("There is a user with this e-mail address.")
    said = UserCreated(user_id=new.id, name=new.name, role=new.role, language=new.language)
    await outbox.say(db, said, about=new.id, version=1, now=now)
    return new
