"""The table of custom statuses."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import UUID

from ticket_svc.schema import metadata

_stamp = sa.DateTime(timezone=True)

custom_status = sa.Table(
    "custom_status",
    metadata,
    sa.Column("id", UUID(as_uuid=True), primary_key=True),
    sa.Column("category", sa.Text, nullable=False, comment="Never changes: tickets stand in it."),
    sa.Column("name_zh", sa.Text, nullable=False),
    sa.Column("name_en", sa.Text, nullable=False),
    sa.Column("position", sa.SmallInteger, nullable=False, comment="The order in which people are shown them."),
    sa.Column("active", sa.Boolean, nullable=False, comment="False: no ticket may be brought to it any more."),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("updated_at", _stamp, nullable=False),
    sa.CheckConstraint("category IN ('open', 'pending', 'on_hold', 'resolved')", name="category"),
    sa.UniqueConstraint("category", "name_zh"),
    sa.UniqueConstraint("category", "name_en"),
)
