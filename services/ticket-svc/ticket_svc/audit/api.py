"""The route of the audit."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from common.http.cursors import Page, Pages
from common.http.route import Reads, Router, needs
from common.http.shapes import Instant, Word
from ticket_svc.audit.note import Subject
from ticket_svc.audit.read import AuditFilter, list_entries
from ticket_svc.audit.schemas import AuditEntry, What

router = Router(prefix="/v1/audit", tags=["audit"])


async def asked(
    subject: Annotated[Subject | None, Query()] = None,
    subject_id: Annotated[Word | None, Query()] = None,
    what: Annotated[What | None, Query()] = None,
    actor_id: Annotated[UUID | None, Query()] = None,
    since: Annotated[Instant | None, Query()] = None,
    until: Annotated[Instant | None, Query(description="Before this instant.")] = None,
) -> AuditFilter:
    """The filters of the list."""
    return AuditFilter(subject, subject_id, what, actor_id, since, until)


@router.get("", dependencies=[needs("audit:read")])
async def list_(db: Reads, wanted: Annotated[AuditFilter, Depends(asked)], paging: Pages) -> Page[AuditEntry]:
    """Who changed teams, statuses, types, fields, attributes, organisations and views; newest first."""
    return await list_entries(db, wanted, paging)
