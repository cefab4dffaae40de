"""A heartbeat: somebody is at a ticket, and does this. One statement, which also says who else is there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from common.db import Db
from common.http.identity import Caller
from gateway.presence.people import MOST_PAGES, heard_until, together
from gateway.presence.read import here
from gateway.presence.schemas import Beat, Heard, HereView

_UUIDS = ("person_id", "ticket_id")
_STAMPS = ("now", "heard_until")

# The parts of a statement see what was there before it: so its answer has this page as it was. Whatever else of this
# person is there no more goes with it, so nobody has to clean up; what another page of theirs writes now is left alone.
_BEAT = sa.text(
    f"""
    WITH mine AS (
      INSERT INTO presence (person_id, ticket_id, tab, person_name, doing, since, seen_at)
      VALUES (:person_id, :ticket_id, :tab, :person_name, :doing, :now, :now)
      ON CONFLICT (person_id, ticket_id, tab) DO UPDATE
        SET person_name = excluded.person_name, doing = excluded.doing, seen_at = excluded.seen_at,
            since = CASE WHEN presence.seen_at > :heard_until THEN presence.since ELSE excluded.since END),
    others AS (
      SELECT ctid, seen_at, row_number() OVER (ORDER BY seen_at DESC) AS place FROM presence
      WHERE person_id = :person_id AND (ticket_id <> :ticket_id OR tab <> :tab)),
    gone AS (
      DELETE FROM presence WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM presence
        WHERE ctid = ANY(ARRAY(SELECT ctid FROM others WHERE seen_at <= :heard_until OR place >= {MOST_PAGES}))
        FOR UPDATE SKIP LOCKED)))
    SELECT person_id, tab, person_name, doing, since FROM presence
    WHERE ticket_id = :ticket_id AND seen_at > :heard_until
    """
).bindparams(
    *(sa.bindparam(name, type_=sa.Uuid) for name in _UUIDS),
    *(sa.bindparam(name, type_=sa.DateTime(timezone=True)) for name in _STAMPS),
)


async def beat(db: Db, who: Caller, *, ticket_id: UUID, said: Beat, now: datetime) -> tuple[Heard, bool]:
    """Who else is at the ticket, and whether this heartbeat told anything new."""
    told = {"ticket_id": ticket_id, "tab": said.tab, "doing": said.doing, "now": now, "heard_until": heard_until(now)}
    before = (await db.execute(_BEAT, {"person_id": who.id, "person_name": who.name, **told})).all()
    others = together(here(row) for row in before if row.person_id != who.id)
    same = any((row.person_id, row.tab, row.doing) == (who.id, said.tab, said.doing) for row in before)
    people = [HereView.model_validate(one) for one in others]
    return Heard(ticket_id=ticket_id, people=people), not same
