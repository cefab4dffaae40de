"""What is asked and shown about API keys."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from common.http.permissions import EVERY
from common.http.shapes import View, Wanted, Word

KeyRole = Literal["admin", "supervisor", "agent", "integration"]
Scope = Annotated[str, Field(json_schema_extra={"enum": sorted(EVERY)}, max_length=50)]


class IssueKey(Wanted):
    """A key for a program. Without `scopes` it may do all that its role may."""

    name: Word
    role: KeyRole = "integration"
    scopes: Annotated[list[Scope] | None, Field(min_length=1, max_length=len(EVERY))] = None
    expires_at: AwareDatetime | None = None


class KeyView(View):
    """A key, without its secret."""

    id: UUID
    name: str
    role: str
    scopes: list[str]
    created_by: UUID
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


class IssuedKey(KeyView):
    """A new key; `token` is shown this once and kept nowhere."""

    token: str
