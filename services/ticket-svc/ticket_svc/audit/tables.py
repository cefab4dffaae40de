"""The table of the audit: one row for each change, in the order of the changes."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, UUID

from ticket_svc.schema import metadata

audit_entry = sa.Table(
    "audit_entry",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True, comment="The order."),
    sa.Column("subject", sa.Text, nullable=False, comment="What kind of thing was changed."),
    sa.Column("subject_id", sa.Text, nullable=False, comment="Its id, or its key."),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("actor_kind", sa.Text, nullable=False, comment="As on the trail of a ticket."),
    sa.Column("actor_id", UUID(as_uuid=True)),
    sa.Column("actor_name", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("before", JSONB, comment="Of a change what changed, of a removal all; null when it is new."),
    sa.Column("after", JSONB, comment="Likewise; null when it is gone."),
    sa.CheckConstraint("what IN ('created', 'changed', 'removed')", name="what"),
    sa.Index("ix_audit_entry_of", "subject", "subject_id", "id"),
    sa.Index("ix_audit_entry_by", "actor_id", "id"),
    sa.Index("ix_audit_entry_at", "at"),
)
