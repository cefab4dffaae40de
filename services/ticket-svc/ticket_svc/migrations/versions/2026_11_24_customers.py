"""Customers in full: identities, organisations, attributes, their own trail, and the journal of merges.

The identities that customers have so far are copied. A process of the version before, were it still running, would make
customers without identities: stop it before.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_24_customers"
down_revision = "2026_11_24_messages"
branch_labels = None
depends_on = None

_STAMP = sa.DateTime(timezone=True)


def upgrade() -> None:
    _attributes()
    _organisations()
    _customers()
    _identities()
    _trails()
    _merges()


def _attributes() -> None:
    op.create_table(
        "attribute",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False, comment="customer or organisation"),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("label_zh", sa.Text(), nullable=False),
        sa.Column("label_en", sa.Text(), nullable=False),
        sa.Column(
            "choices", postgresql.ARRAY(sa.Text()), nullable=False, comment="Of a choice; empty for the other types."
        ),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", _STAMP, nullable=False),
        sa.Column("updated_at", _STAMP, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attribute")),
        sa.UniqueConstraint("about", "key", name=op.f("uq_attribute_about_key")),
    )


def _organisations() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True, comment="The organisation's id in another system."),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("attributes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", _STAMP, nullable=False),
        sa.Column("updated_at", _STAMP, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("external_id", name=op.f("uq_organisation_external_id")),
    )
    op.create_index("ix_organisation_newest", "organisation", ["created_at", "id"])
    op.create_table(
        "organisation_domain",
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_organisation_domain_organisation_id")
        ),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_organisation_domain")),
    )
    op.create_index("ix_organisation_domain_of", "organisation_domain", ["organisation_id"])


def _customers() -> None:
    op.add_column("customer", sa.Column("organisation_id", sa.UUID(), nullable=True))
    op.add_column(
        "customer",
        sa.Column(
            "attributes",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
    )
    told = "With the two below: of the last change; the trail knows the others."
    op.add_column("customer", sa.Column("tier_set_at", _STAMP, nullable=True, comment=told))
    op.add_column("customer", sa.Column("tier_set_by", sa.Text(), nullable=True))
    op.add_column("customer", sa.Column("tier_reason", sa.Text(), nullable=True))
    op.add_column(
        "customer", sa.Column("merged_into", sa.UUID(), nullable=True, comment="Who has what was this one's.")
    )
    op.add_column("customer", sa.Column("merged_at", _STAMP, nullable=True))
    op.create_foreign_key(op.f("fk_customer_organisation_id"), "customer", "organisation", ["organisation_id"], ["id"])
    op.create_foreign_key(op.f("fk_customer_merged_into"), "customer", "customer", ["merged_into"], ["id"])
    op.create_index(
        "ix_customer_of_organisation",
        "customer",
        ["organisation_id", "created_at", "id"],
        postgresql_where=sa.text("organisation_id IS NOT NULL"),
    )
    op.create_index(
        "ix_customer_merged_into",
        "customer",
        ["merged_into"],
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )


def _identities() -> None:
    op.create_table(
        "identity",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("customer_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False, comment="The appid of a WeChat openid; else empty."),
        sa.Column("value", sa.Text(), nullable=False, comment="In its one spelling: see identity.py."),
        sa.Column("source", sa.Text(), nullable=False, comment="self, agent, integration, import or channel"),
        sa.Column("verified_at", _STAMP, nullable=True),
        sa.Column("added_at", _STAMP, nullable=False),
        sa.Column("added_by_kind", sa.Text(), nullable=False),
        sa.Column("added_by_id", sa.UUID(), nullable=True),
        sa.Column("added_by_name", sa.Text(), nullable=False),
        sa.Column(
            "removed_at",
            _STAMP,
            nullable=True,
            comment="Since when nobody is recognised by it; it may be somebody else's by now.",
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_identity_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
    )
    op.create_index(
        "uq_identity_living",
        "identity",
        ["kind", "scope", "value"],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_index("ix_identity_of_customer", "identity", ["customer_id", "id"])
    op.execute(
        """
        INSERT INTO identity (id, customer_id, kind, scope, value, source, added_at, added_by_kind, added_by_name)
        SELECT gen_random_uuid(), c.id, told.kind, '', told.value, 'import', c.created_at, 'system', 'migration'
        FROM customer c
        CROSS JOIN LATERAL (VALUES ('external_id', c.external_id), ('email', c.email), ('phone', c.phone))
          AS told(kind, value)
        WHERE told.value IS NOT NULL
        """
    )


def _trails() -> None:
    op.create_table(
        "customer_event",
        sa.Column("customer_id", sa.UUID(), nullable=False),
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="The customer's after it."),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False, comment="person, key, customer or system"),
        sa.Column("actor_id", sa.UUID(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("at", _STAMP, nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="What changed."),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_customer_event_customer_id")),
        sa.PrimaryKeyConstraint("customer_id", "position", name=op.f("pk_customer_event")),
    )


def _merges() -> None:
    op.create_table(
        "customer_merge",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("merged_id", sa.UUID(), nullable=False),
        sa.Column("survivor_id", sa.UUID(), nullable=False),
        sa.Column("ticket_ids", postgresql.ARRAY(sa.UUID()), nullable=False),
        sa.Column("identity_ids", postgresql.ARRAY(sa.UUID()), nullable=False),
        sa.Column(
            "took",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="What the survivor took over: see keep.py.",
        ),
        sa.Column(
            "had",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="What the merged one showed until then: see keep.py.",
        ),
        sa.Column("merged_at", _STAMP, nullable=False),
        sa.Column("undone_at", _STAMP, nullable=True),
        sa.ForeignKeyConstraint(["merged_id"], ["customer.id"], name=op.f("fk_customer_merge_merged_id")),
        sa.ForeignKeyConstraint(["survivor_id"], ["customer.id"], name=op.f("fk_customer_merge_survivor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_merge")),
    )
    op.create_index(
        "uq_customer_merge_standing",
        "customer_merge",
        ["merged_id"],
        unique=True,
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.create_index("ix_customer_merge_at", "customer_merge", ["merged_at"])
