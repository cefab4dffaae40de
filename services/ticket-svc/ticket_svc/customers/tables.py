"""The tables of customers: themselves, what they are recognised by, and what became of them."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, UUID

from ticket_svc.schema import metadata

_stamp = sa.DateTime(timezone=True)
_id = UUID(as_uuid=True)

customer = sa.Table(
    "customer",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("email", sa.Text, comment="Lower-cased: see identity.py."),
    sa.Column("phone", sa.Text, comment="Digits, with + and country code where it is known."),
    sa.Column("external_id", sa.Text, comment="The customer's id in the organisation's own systems."),
    sa.Column("tier", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("created_at", _stamp, nullable=False),
    sa.Column("updated_at", _stamp, nullable=False),
    sa.Column("organisation_id", _id, sa.ForeignKey("organisation.id")),
    sa.Column("attributes", JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")),
    sa.Column("tier_set_at", _stamp, comment="With the two below: of the last change; the trail knows the others."),
    sa.Column("tier_set_by", sa.Text),
    sa.Column("tier_reason", sa.Text),
    sa.Column("merged_into", _id, sa.ForeignKey("customer.id"), comment="Who has what was this one's."),
    sa.Column("merged_at", _stamp),
    sa.Column("erased_at", _stamp, comment="Since when nothing says who they were."),
    sa.UniqueConstraint("external_id"),
    sa.UniqueConstraint("email"),
    sa.UniqueConstraint("phone"),
    sa.Index("ix_customer_newest", "created_at", "id"),
    # What a search asks for is often only the beginning of a name, an address or a number.
    sa.Index("ix_customer_name_begins", "name", postgresql_ops={"name": "text_pattern_ops"}),
    sa.Index("ix_customer_email_begins", "email", postgresql_ops={"email": "text_pattern_ops"}),
    sa.Index("ix_customer_phone_begins", "phone", postgresql_ops={"phone": "text_pattern_ops"}),
    sa.Index(
        "ix_customer_of_organisation",
        "organisation_id",
        "created_at",
        "id",
        postgresql_where=sa.text("organisation_id IS NOT NULL"),
    ),
    sa.Index("ix_customer_merged_into", "merged_into", postgresql_where=sa.text("merged_into IS NOT NULL")),
)

identity = sa.Table(
    "identity",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("customer_id", _id, sa.ForeignKey("customer.id"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("scope", sa.Text, nullable=False, comment="The appid of a WeChat openid; else empty."),
    sa.Column("value", sa.Text, nullable=False, comment="In its one spelling: see identity.py."),
    sa.Column("source", sa.Text, nullable=False, comment="self, agent, integration, import or channel"),
    sa.Column("verified_at", _stamp),
    sa.Column("added_at", _stamp, nullable=False),
    sa.Column("added_by_kind", sa.Text, nullable=False),
    sa.Column("added_by_id", _id),
    sa.Column("added_by_name", sa.Text, nullable=False),
    sa.Column("removed_at", _stamp, comment="Since when nobody is recognised by it; it may be somebody else's by now."),
    sa.Index(
        "uq_identity_living", "kind", "scope", "value", unique=True, postgresql_where=sa.text("removed_at IS NULL")
    ),
    sa.Index("ix_identity_of_customer", "customer_id", "id"),
)

customer_event = sa.Table(
    "customer_event",
    metadata,
    sa.Column("customer_id", _id, sa.ForeignKey("customer.id"), primary_key=True),
    sa.Column("position", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False, comment="The customer's after it."),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("actor_kind", sa.Text, nullable=False, comment="person, key, customer or system"),
    sa.Column("actor_id", _id),
    sa.Column("actor_name", sa.Text, nullable=False),
    sa.Column("at", _stamp, nullable=False),
    sa.Column("data", JSONB, nullable=False, comment="What changed."),
    sa.Index(
        "ix_customer_event_joined",
        "customer_id",
        postgresql_where=sa.text("type IN ('customer.merged', 'customer.unmerged')"),
    ),
)
