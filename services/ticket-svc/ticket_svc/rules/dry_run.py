"""Trying a rule on the newest tickets as they are now: which are meant, and what would change. Writes nothing.

What happened, and when, is not looked at: a rule that waits for something is shown what it would meet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from common.db import ReadDb
from common.http.problems import FieldError
from ticket_svc.conditions.evaluate import holds
from ticket_svc.rules.foresee import Action, foresee
from ticket_svc.rules.read import one_version, present_row
from ticket_svc.rules.schemas import ACTIONS, DryRun, DryRunDone, ForeseenChange, ForeseenTicket
from ticket_svc.rules.sound import judged
from ticket_svc.rules.there import what_is_there
from ticket_svc.rules.trigger import TRIGGER
from ticket_svc.tickets.read import JOINED
from ticket_svc.tickets.tables import ticket

_NEWEST = JOINED.order_by(ticket.c.opened_at.desc(), ticket.c.id.desc()).limit(sa.bindparam("most", type_=sa.Integer))


async def dry_run(db: ReadDb, wanted: DryRun, now: datetime) -> DryRunDone:
    """What the rule would do to the newest tickets. A rule that names what is not there means none of them.

    Raises NoSuchRule.
    """
    trigger, conditions, actions = await _rule(db, wanted)
    found = judged(TRIGGER.validate_python(trigger), conditions, actions, await what_is_there(db, actions))
    rows = (await db.execute(_NEWEST, {"most": wanted.tickets})).mappings().all()
    meant = [] if found.faults else [row for row in rows if _is_meant(found.condition, row, now)]
    items = [_foreseen(row, actions) for row in meant]
    return DryRunDone(
        looked_at=len(rows),
        matched=len(items),
        would_change=sum(bool(one.changes or one.writes) for one in items),
        refused=sum(one.refused is not None for one in items),
        problems=[FieldError(pointer=one.pointer, detail=one.detail, code=one.code) for one in found.faults],
        items=items,
    )


async def _rule(db: ReadDb, wanted: DryRun) -> tuple[Any, Any, Sequence[Action]]:
    if wanted.rule is not None:
        return wanted.rule.trigger, wanted.rule.conditions, wanted.rule.actions
    assert wanted.rule_id is not None, "one of the two is given"
    kept: Any = (
        await present_row(db, wanted.rule_id)
        if wanted.version is None
        else await one_version(db, wanted.rule_id, wanted.version)
    )
    return kept.trigger, kept.conditions, ACTIONS.validate_python(kept.actions)


def _is_meant(condition: Any, row: Mapping[Any, Any], now: datetime) -> bool:
    # One that was merged is met by no rule.
    return row["merged_into_id"] is None and (condition is None or holds(condition, row, now=now, me=row["id"]))


def _foreseen(row: Mapping[Any, Any], actions: Sequence[Action]) -> ForeseenTicket:
    foreseen = foresee(actions, row)
    refused = None
    if foreseen.refused is not None:
        detail = f"A ticket that is {row['status']} does not allow this."
        refused = FieldError(pointer=f"/actions/{foreseen.refused}", detail=detail, code="refused")
    return ForeseenTicket(
        ticket_id=row["id"],
        number=row["number"],
        subject=row["subject"],
        changes=[
            ForeseenChange(field=name, was=was, becomes=becomes) for name, (was, becomes) in foreseen.changes.items()
        ],
        writes=list(foreseen.writes),
        refused=refused,
    )
