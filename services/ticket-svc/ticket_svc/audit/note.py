"""Noting a change, in the transaction of the change: whoever changes how we work calls this beside it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy.dialects.postgresql import JSONB

from common.aside import Aside
from common.db import Db
from common.http.asking import asking
from ticket_svc.audit.differences import Told, differences
from ticket_svc.audit.tables import audit_entry

Subject = Literal["attribute", "field", "organisation", "retention", "status", "team", "ticket_type", "view"]
"""What is changed by configuring."""

RETENTION = timedelta(days=730)
"""How long entries are kept."""

_KINDS = {"user": "person", "key": "key", "customer": "customer"}
_ENTRY = Aside(
    "noted",
    audit_entry.name,
    {
        **{name: sa.Text() for name in ("subject", "subject_id", "what", "actor_kind")},
        "actor_id": sa.Uuid(),
        "actor_name": sa.Text(),
        "at": sa.DateTime(timezone=True),
        "before": JSONB(none_as_null=True),
        "after": JSONB(none_as_null=True),
    },
)


def note(
    db: Db,
    subject: Subject,
    subject_id: UUID | str,
    *,
    before: BaseModel | None = None,
    after: BaseModel | None = None,
    now: datetime,
) -> None:
    """Note that it was created (nothing before), changed, or removed (nothing after), by whoever asks."""
    who = asking()
    by = (_KINDS[who.kind], who.id, who.name) if who else ("system", None, "Kefu")
    what = "changed" if before and after else "created" if after else "removed"
    told = differences(_told(before), _told(after))
    db.put_aside(_ENTRY, (subject, str(subject_id), what, *by, now, *told))


def _told(view: BaseModel | None) -> Told:
    return view.model_dump(mode="json") if view else None
