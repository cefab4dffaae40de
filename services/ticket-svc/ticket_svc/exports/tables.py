"""The tables of exports: who asked for what and how far it is, and the file in pieces."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, JSONB, UUID

from ticket_svc.schema import metadata

_stamp = sa.DateTime(timezone=True)
_id = UUID(as_uuid=True)

export = sa.Table(
    "export",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("kinds", ARRAY(sa.Text), nullable=False),
    sa.Column("since", _stamp),
    sa.Column("until", _stamp),
    sa.Column("masked", sa.Boolean, nullable=False, comment="Whoever asked may not know how customers are reached."),
    sa.Column("cursor", sa.Text, nullable=False, comment="Of the change feed, from before it began."),
    sa.Column("doing", sa.Text, comment="The kind that is written now; null: nothing yet, or all."),
    sa.Column("after_id", _id, comment="The last one of this kind that was written."),
    sa.Column("counts", JSONB, nullable=False, comment="Kind -> how many were written."),
    sa.Column("pieces", sa.Integer, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False, comment="Bytes, compressed."),
    sa.Column("by_kind", sa.Text, nullable=False),
    sa.Column("by_id", _id),
    sa.Column("by_name", sa.Text, nullable=False),
    sa.Column("started_at", _stamp, nullable=False),
    sa.Column("ended_at", _stamp),
    sa.Column("expires_at", _stamp, nullable=False, comment="When its pieces go; the row stays as the record of it."),
    sa.Column("reason", sa.Text, comment="Why there is no file."),
    sa.CheckConstraint("state IN ('running', 'done', 'cancelled', 'failed', 'withdrawn')", name="state"),
    sa.Index("ix_export_newest", "started_at", "id"),
    sa.Index("ix_export_standing", "id", postgresql_where=sa.text("state IN ('running', 'done')")),
)

export_piece = sa.Table(
    "export_piece",
    metadata,
    sa.Column("export_id", _id, sa.ForeignKey("export.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("data", BYTEA, nullable=False, comment="A gzip member: one after the other they are the file."),
    sa.Column("expires_at", _stamp, nullable=False, index=True),
)
