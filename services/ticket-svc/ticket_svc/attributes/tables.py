"""The table of declared attributes."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from ticket_svc.schema import metadata

_stamp = sa.DateTime(timezone=True)

attribute = sa.Table(
    "attribute",
    metadata,
    sa.Column("id", UUID(as_uuid=True), primary_key=True),
    sa.Column("about", sa.Text, nullable=False, comment="customer or organisation"),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("label_zh", sa.Text, nullable=False),
    sa.Column("label_en", sa.Text, nullable=False),
    sa.Column("choices", ARRAY(sa.Text), nullable=False, comment="Of a choice; empty for the other types."),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("created_at", _stamp, nullable=False),
    sa.Column("updated_at", _stamp, nullable=False),
    sa.UniqueConstraint("about", "key"),
)
