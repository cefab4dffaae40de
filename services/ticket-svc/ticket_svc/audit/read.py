"""Reading the audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.db import ReadDb
from common.http.cursors import Page, Paging
from ticket_svc.audit.note import Subject
from ticket_svc.audit.schemas import AuditActor, AuditEntry, What
from ticket_svc.audit.tables import audit_entry


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries to list; what is None is not asked."""

    subject: Subject | None = None
    subject_id: str | None = None
    what: What | None = None
    actor_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


async def list_entries(db: ReadDb, wanted: AuditFilter, paging: Paging) -> Page[AuditEntry]:
    """Changes, newest first. Raises BadCursor."""
    query = sa.select(audit_entry).order_by(audit_entry.c.id.desc()).limit(paging.limit + 1)
    for name in ("subject", "subject_id", "what", "actor_id"):
        if (value := getattr(wanted, name)) is not None:
            query = query.where(audit_entry.c[name] == value)
    if wanted.since:
        query = query.where(audit_entry.c.at >= wanted.since)
    if wanted.until:
        query = query.where(audit_entry.c.at < wanted.until)
    after = paging.after("audit")
    if after:
        query = query.where(audit_entry.c.id < int(after[0]))
    rows = (await db.execute(query)).all()
    return Page(
        items=[_entry(row) for row in rows[: paging.limit]],
        next_cursor=paging.next("audit", [rows[paging.limit - 1].id]) if len(rows) > paging.limit else None,
    )


def _entry(row: Any) -> AuditEntry:
    plain = {name: getattr(row, name) for name in AuditEntry.model_fields if name != "actor"}
    return AuditEntry(**plain, actor=AuditActor(kind=row.actor_kind, id=row.actor_id, name=row.actor_name))
