"""The shapes of attachments on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from common.http.shapes import View

MOST = 10
"""Attachments of one message."""

AttachmentIds = Annotated[
    list[UUID], Field(max_length=MOST, description="What you uploaded before, and no message has yet.")
]


class AttachmentView(View):
    """A file; its type is what its content says."""

    id: UUID
    file_name: str
    media_type: str
    may_be_shown: bool = Field(description="In a browser; all others are downloaded, whatever is asked.")
    size: int = Field(description="Bytes.")
    ticket_id: UUID | None
    message_id: UUID | None
    uploaded_at: datetime


class Attached(View):
    """A file as its message shows it."""

    id: UUID
    file_name: str
    media_type: str
    size: int = Field(description="Bytes.")


class LinkView(View):
    """Where the file is, for a while: whoever has the link may read it."""

    url: str
    expires_at: datetime
