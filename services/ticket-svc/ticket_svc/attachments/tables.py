"""The tables of attachments: what is known of a file, and its bytes in pieces."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import BYTEA, UUID

from ticket_svc.schema import metadata

_stamp = sa.DateTime(timezone=True)
_id = UUID(as_uuid=True)

attachment = sa.Table(
    "attachment",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("file_name", sa.Text, nullable=False),
    sa.Column("media_type", sa.Text, nullable=False, comment="Judged from the content: see kind.py."),
    sa.Column("may_be_shown", sa.Boolean, nullable=False, comment="In a browser; all others are downloaded."),
    sa.Column("size", sa.BigInteger, nullable=False, comment="Bytes."),
    sa.Column("sha256", BYTEA, nullable=False),
    sa.Column("uploaded_by", _id, nullable=False),
    sa.Column("uploaded_at", _stamp, nullable=False),
    sa.Column("waits_since", _stamp, comment="For its message; null once it has one."),
    sa.Column("ticket_id", _id, sa.ForeignKey("ticket.id")),
    sa.Column("message_id", _id, sa.ForeignKey("message.id")),
    sa.Column("is_public", sa.Boolean, nullable=False, comment="As its message is."),
    sa.Index("ix_attachment_of_message", "message_id", postgresql_where=sa.text("message_id IS NOT NULL")),
    sa.Index("ix_attachment_of_ticket", "ticket_id", postgresql_where=sa.text("ticket_id IS NOT NULL")),
    sa.Index("ix_attachment_of_uploader", "uploaded_by", postgresql_where=sa.text("waits_since IS NOT NULL")),
    sa.Index("ix_attachment_waiting", "waits_since", postgresql_where=sa.text("waits_since IS NOT NULL")),
)

attachment_piece = sa.Table(
    "attachment_piece",
    metadata,
    sa.Column("attachment_id", _id, sa.ForeignKey("attachment.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("data", BYTEA, nullable=False),
)
