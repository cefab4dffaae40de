"""The tables of fields: types, fields, the forms between them, and the edition that all of them make."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, UUID

from ticket_svc.schema import metadata

_stamp = sa.DateTime(timezone=True)

ticket_type = sa.Table(
    "ticket_type",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("label", JSONB, nullable=False, comment="What people read: zh and en."),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False, comment="Of the type and its form: the ETag."),
    sa.Column("updated_at", _stamp, nullable=False),
)

field = sa.Table(
    "field",
    metadata,
    sa.Column("key", sa.Text, primary_key=True, comment="Never changes: values stand on tickets under it."),
    sa.Column("kind", sa.Text, nullable=False, comment="Never changes either."),
    sa.Column("label", JSONB, nullable=False, comment="What people read: zh and en."),
    sa.Column("choices", JSONB, nullable=False, comment="With those no longer offered, which tickets may still hold."),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("updated_at", _stamp, nullable=False),
)

form_field = sa.Table(
    "form_field",
    metadata,
    sa.Column("type_key", sa.Text, sa.ForeignKey("ticket_type.key"), primary_key=True),
    sa.Column("field_key", sa.Text, sa.ForeignKey("field.key"), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("required_on_create", sa.Boolean, nullable=False),
    sa.Column("required_on_resolve", sa.Boolean, nullable=False),
    sa.Column("visible_to_customer", sa.Boolean, nullable=False),
    sa.Column(
        "default_value", JSONB(none_as_null=True), comment="Taken on opening when nothing is said about the field."
    ),
)

field_edition = sa.Table(
    "field_edition",
    metadata,
    sa.Column("only", sa.Boolean, primary_key=True, comment="True: there is one row."),
    sa.Column(
        "edition", UUID(as_uuid=True), nullable=False, comment="A new one with every change of what stands above."
    ),
    sa.CheckConstraint('"only"', name="only"),
)
