"""The routes of rules."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query, Response

from common.http import etag
from common.http.cursors import Page, Pages
from common.http.etag import IfMatch, IfMatchOrNot
from common.http.given import Who
from common.http.problems import ProblemDocument
from common.http.route import Now, Reads, Router, Tx, needs, once
from ticket_svc.rules import dry_run, read, runs
from ticket_svc.rules.change import change_rule, remove_rule
from ticket_svc.rules.create import create_rule
from ticket_svc.rules.order import order_rules
from ticket_svc.rules.schemas import (
    DryRun,
    DryRunDone,
    NewRule,
    Outcome,
    RuleChange,
    RuleOrder,
    RuleRun,
    RuleVersion,
    RuleView,
)

router = Router(prefix="/v1", tags=["rules"])

_MANY: dict[int | str, dict[str, Any]] = {409: {"model": ProblemDocument, "description": "There are too many rules"}}
_STALE: dict[int | str, dict[str, Any]] = {412: {"model": ProblemDocument, "description": "Changed meanwhile"}}
_VERSIONED: dict[int | str, dict[str, Any]] = {
    **_STALE,
    428: {"model": ProblemDocument, "description": "If-Match is missing"},
}
_Version = Annotated[int, Path(ge=1, le=2**31)]


def tell(response: Response, view: RuleView) -> RuleView:
    """Say the version of what is answered, and where it stands."""
    response.headers["Location"] = f"/v1/rules/{view.id}"
    etag.tag(response, view.version)
    return view


@router.get("/rules", dependencies=[needs("tickets:read")])
async def list_(db: Reads) -> Page[RuleView]:
    """All rules in their order, the inactive ones too."""
    return await read.all_rules(db)


@router.post("/rules", status_code=201, responses=_MANY, dependencies=[needs("rules:write"), once])
async def create(wanted: NewRule, db: Tx, who: Who, now: Now, response: Response) -> RuleView:
    """Make a rule; it acts on what happens from now on. It is asked after those that are there."""
    return tell(response, await create_rule(db, who, wanted=wanted, now=now))


@router.put("/rules/order", dependencies=[needs("rules:write")])
async def order(wanted: RuleOrder, db: Tx, who: Who, now: Now) -> Page[RuleView]:
    """Ask these rules first, in this order, and the others after them."""
    return await order_rules(db, who, wanted=wanted, now=now)


@router.post("/rules/dry-run", dependencies=[needs("rules:write")])
async def try_(wanted: DryRun, db: Reads, now: Now) -> DryRunDone:
    """What a rule would do to the newest tickets as they are now; what must happen first is not looked at."""
    return await dry_run.dry_run(db, wanted, now)


@router.get("/rule-runs", dependencies=[needs("tickets:read")])
async def list_runs(
    db: Reads,
    paging: Pages,
    rule_id: Annotated[UUID | None, Query()] = None,
    ticket_id: Annotated[UUID | None, Query()] = None,
    outcome: Annotated[Outcome | None, Query()] = None,
) -> Page[RuleRun]:
    """What rules did and were refused in the last 90 days, newest first."""
    return await runs.list_runs(db, paging, rule_id=rule_id, ticket_id=ticket_id, outcome=outcome)


@router.get("/rules/{rule_id:uuid}", dependencies=[needs("tickets:read")])
async def one(rule_id: UUID, db: Reads, response: Response) -> RuleView:
    """One rule."""
    return tell(response, await read.one_rule(db, rule_id))


@router.patch("/rules/{rule_id:uuid}", responses=_VERSIONED, dependencies=[needs("rules:write")])
async def change(
    rule_id: UUID, wanted: RuleChange, seen: IfMatch, db: Tx, who: Who, now: Now, response: Response
) -> RuleView:
    """Change a rule, or put it in or out of use. Each change is a version of its own."""
    return tell(response, await change_rule(db, who, rule_id=rule_id, wanted=wanted, seen=seen, now=now))


@router.delete("/rules/{rule_id:uuid}", status_code=204, responses=_STALE, dependencies=[needs("rules:write")])
async def remove(rule_id: UUID, seen: IfMatchOrNot, db: Tx, who: Who, now: Now) -> None:
    """Remove a rule; what it was and what it did can still be read."""
    await remove_rule(db, who, rule_id=rule_id, seen=seen, now=now)


@router.get("/rules/{rule_id}/versions", dependencies=[needs("tickets:read")])
async def versions(rule_id: UUID, db: Reads, paging: Pages) -> Page[RuleVersion]:
    """The versions of a rule, newest first: who made it what, and when."""
    return await read.list_versions(db, rule_id, paging)


@router.get("/rules/{rule_id}/versions/{version}", dependencies=[needs("tickets:read")])
async def one_version(rule_id: UUID, version: _Version, db: Reads) -> RuleVersion:
    """One version of a rule."""
    return await read.one_version(db, rule_id, version)
