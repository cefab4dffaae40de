"""The shapes of the audit on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from common.http.shapes import View
from ticket_svc.audit.note import Subject

What = Literal["created", "changed", "removed"]


class AuditActor(View):
    """Who did it."""

    kind: Literal["person", "key", "customer", "system"]
    id: UUID | None
    name: str


class AuditEntry(View):
    """One change."""

    id: int = Field(description="The order of the changes; the numbers have gaps.")
    subject: Subject
    subject_id: str = Field(description="Its id, or its key.")
    what: What
    actor: AuditActor
    at: datetime
    before: dict[str, Any] | None = Field(description="Of a change what changed; null when it is new.")
    after: dict[str, Any] | None = Field(description="Of a change what changed; null when it is gone.")
