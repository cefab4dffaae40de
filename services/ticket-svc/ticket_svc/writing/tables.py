"""The table of what somebody has begun to write."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import UUID

from ticket_svc.schema import metadata

_id = UUID(as_uuid=True)

draft = sa.Table(
    "draft",
    metadata,
    sa.Column("ticket_id", _id, sa.ForeignKey("ticket.id"), primary_key=True),
    sa.Column("author_id", _id, primary_key=True, comment="Nobody else sees it."),
    sa.Column("is_public", sa.Boolean, nullable=False, comment="Whether it is to be a reply, or a note."),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("html", sa.Text),
    sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, index=True),
)
