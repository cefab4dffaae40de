"""The journal of merges: what moved, so that exactly that can be moved back."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from ticket_svc.schema import metadata

_stamp = sa.DateTime(timezone=True)
_id = UUID(as_uuid=True)

customer_merge = sa.Table(
    "customer_merge",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("merged_id", _id, sa.ForeignKey("customer.id"), nullable=False),
    sa.Column("survivor_id", _id, sa.ForeignKey("customer.id"), nullable=False),
    sa.Column("ticket_ids", ARRAY(_id), nullable=False),
    sa.Column("identity_ids", ARRAY(_id), nullable=False),
    sa.Column("took", JSONB, nullable=False, comment="What the survivor took over: see keep.py."),
    sa.Column("had", JSONB, nullable=False, comment="What the merged one showed until then: see keep.py."),
    sa.Column("merged_at", _stamp, nullable=False),
    sa.Column("undone_at", _stamp),
    sa.Index("uq_customer_merge_standing", "merged_id", unique=True, postgresql_where=sa.text("undone_at IS NULL")),
    sa.Index("ix_customer_merge_at", "merged_at"),
)
