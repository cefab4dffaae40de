"""The table of merged customers."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import UUID

from feedback_svc.schema import metadata

merged_customer = sa.Table(
    "merged_customer",
    metadata,
    sa.Column("customer_id", UUID(as_uuid=True), primary_key=True),
    sa.Column("survivor_id", UUID(as_uuid=True), comment="Who they are part of; null: they stand alone again."),
    sa.Column("version", sa.BigInteger, nullable=False, comment="Of the customer: an older event changes nothing."),
    sa.Index("ix_merged_customer_of", "survivor_id", postgresql_where=sa.text("survivor_id IS NOT NULL")),
)
