"""The table of recoveries."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import UUID

from feedback_svc.schema import metadata

_stamp = sa.DateTime(timezone=True)

recovery = sa.Table(
    "recovery",
    metadata,
    sa.Column("id", UUID(as_uuid=True), primary_key=True),
    sa.Column("survey_id", UUID(as_uuid=True), nullable=False, unique=True, comment="One answer, one recovery."),
    sa.Column("ticket_id", UUID(as_uuid=True), nullable=False, index=True),
    sa.Column("customer_id", UUID(as_uuid=True), nullable=False),
    sa.Column("agent_id", UUID(as_uuid=True)),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("score", sa.SmallInteger, nullable=False, comment="The low score that opened it."),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("opened_at", _stamp, nullable=False),
    sa.Column("due_at", _stamp, nullable=False),
    sa.Column("overdue_at", _stamp, comment="The deadline itself, once it passed while the recovery was open."),
    sa.Column("outcome", sa.Text),
    sa.Column("closed_at", _stamp),
    sa.Column("closed_by", UUID(as_uuid=True)),
    sa.Column("closed_by_name", sa.Text),
    sa.CheckConstraint("state IN ('open', 'closed')", name="state"),
    sa.CheckConstraint("(state = 'closed') = (outcome IS NOT NULL AND closed_at IS NOT NULL)", name="closed"),
    sa.Index("ix_recovery_of_customer", "customer_id", "due_at", "id"),
    sa.Index("ix_recovery_due", "state", "due_at", "id"),
)
