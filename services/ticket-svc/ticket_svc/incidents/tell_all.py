"""Telling all reports of an incident something, and resolving or reopening them with it.

What is to be told is written down with the list of those who are to hear it; then it reaches them in small
transactions, from a timer. Whoever dies in the middle leaves the list, and nobody hears it twice.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

import sqlalchemy as sa

from common.contracts.tickets import IncidentTold
from common.db import Db
from common.http.identity import Caller
from common.http.problems import Conflict
from common.ids import new_id
from common.timers import Timer, set_timers
from ticket_svc.incidents.read import NoSuchIncident, one_incident
from ticket_svc.incidents.schemas import IncidentView
from ticket_svc.incidents.tables import broadcast, incident
from ticket_svc.tickets.change import begin
from ticket_svc.trail.write import doer

DELIVER_TIMER = "incident.deliver"
Kind = Literal["update", "resolve", "reopen"]


class IncidentStands(Conflict):
    """The incident is resolved already, or is not resolved."""


_LOCK = sa.select(incident.c.state).where(incident.c.id == sa.bindparam("wanted_id")).with_for_update()
_STATE = sa.update(incident).where(incident.c.id == sa.bindparam("wanted_id")).values(state=sa.bindparam("to_state"))
_BROADCAST = sa.insert(broadcast)
_LIST = sa.text(
    """
    INSERT INTO incident_delivery (broadcast_id, ticket_id)
    SELECT :broadcast, ticket_id FROM incident_report WHERE incident_id = :incident AND state = 'member'
    UNION SELECT :broadcast, :incident
    RETURNING ticket_id
    """
).bindparams(*(sa.bindparam(name, type_=sa.Uuid) for name in ("broadcast", "incident")))
_BECOMES: dict[Kind, str | None] = {"update": None, "resolve": "resolved", "reopen": "open"}
_WHEN: dict[Kind, tuple[str, ...]] = {"update": ("open", "resolved"), "resolve": ("open",), "reopen": ("resolved",)}


async def tell_all(
    db: Db, who: Caller, *, incident_id: UUID, kind: Kind, text: str | None, now: datetime
) -> IncidentView:
    """Have all reports, and the problem's own ticket, told; the incident as it stands now.

    Raises NoSuchIncident, IncidentStands.
    """
    state = (await db.execute(_LOCK, {"wanted_id": incident_id})).scalar_one_or_none()
    if state is None:
        raise NoSuchIncident(f"There is no incident {incident_id}.")
    if state not in _WHEN[kind]:
        raise IncidentStands(f"The incident is {state}.", state=state)
    becomes = _BECOMES[kind]
    if becomes:
        await db.execute(_STATE, {"wanted_id": incident_id, "to_state": becomes})
    broadcast_id, by = new_id(), doer(who)
    values = {"id": broadcast_id, "incident_id": incident_id, "kind": kind, "text": text, "at": now}
    await db.execute(_BROADCAST, {**values, "by_id": by.id, "by_kind": by.kind, "by_name": by.name})
    listed = len((await db.execute(_LIST, {"broadcast": broadcast_id, "incident": incident_id})).all())
    await set_timers(db, [Timer(DELIVER_TIMER, broadcast_id, now)])
    change = await begin(db, incident_id)
    event = IncidentTold(ticket_id=incident_id, broadcast_id=broadcast_id, kind=kind, text=text, reports=listed - 1)
    change.say(event, {"broadcast_id": broadcast_id, "kind": kind, "reports": listed - 1})
    await change.write(db, by=by, now=now)
    return await one_incident(db, incident_id)
