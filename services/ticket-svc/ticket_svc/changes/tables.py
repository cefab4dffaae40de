"""The table of the change feed: one row for each thing that changed lately."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import UUID

from ticket_svc.schema import metadata

_stamp = sa.DateTime(timezone=True)
_id = UUID(as_uuid=True)

change = sa.Table(
    "change",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("object_id", _id, primary_key=True),
    sa.Column("position", sa.BigInteger, comment="In the feed; null until a reader comes: see place.py."),
    sa.Column("version", sa.BigInteger, nullable=False, comment="The thing's, after the latest event."),
    sa.Column("type", sa.Text, nullable=False, comment="The latest event."),
    sa.Column("at", _stamp, nullable=False, comment="When the latest event was said."),
    sa.Column("gone", sa.Text, comment="merged, deleted or erased"),
    sa.Column("gone_version", sa.BigInteger, nullable=False, comment="Of the event that decided this; 0: of none."),
    sa.Column("into_id", _id, comment="Who has by now what was the merged one's."),
    sa.Column("changed_at", _stamp, nullable=False, comment="When we last heard of it."),
    sa.Index("uq_change_position", "position", unique=True, postgresql_where=sa.text("position IS NOT NULL")),
    sa.Index("ix_change_waiting", "changed_at", postgresql_where=sa.text("position IS NULL")),
    sa.Index("ix_change_changed", "changed_at"),
)
