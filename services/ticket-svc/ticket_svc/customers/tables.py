"""The customers' table."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import UUID

from ticket_svc.schema import metadata

_stamp = sa.DateTime(timezone=True)

customer = sa.Table(
    "customer",
    metadata,
    sa.Column("id", UUID(as_uuid=True), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("email", sa.Text, comment="Lower-cased: see identity.py."),
    sa.Column("phone", sa.Text, comment="Digits, with + and country code where it is known."),
    sa.Column("external_id", sa.Text, comment="The customer's id in the organisation's own systems."),
    sa.Column("tier", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("created_at", _stamp, nullable=False),
    sa.Column("updated_at", _stamp, nullable=False),
    sa.UniqueConstraint("external_id"),
    sa.UniqueConstraint("email"),
    sa.UniqueConstraint("phone"),
    sa.Index("ix_customer_newest", "created_at", "id"),
    # What a search asks for is often only the beginning of a name, an address or a number.
    sa.Index("ix_customer_name_begins", "name", postgresql_ops={"name": "text_pattern_ops"}),
    sa.Index("ix_customer_email_begins", "email", postgresql_ops={"email": "text_pattern_ops"}),
    sa.Index("ix_customer_phone_begins", "phone", postgresql_ops={"phone": "text_pattern_ops"}),
)
