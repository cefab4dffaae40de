"""Ticket types, custom fields and forms; type, fields and tags of tickets; views; the batch of a step."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_24_fields"
down_revision = "2026_11_24_search"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _definitions()
    _tickets()
    _batches()
    _views()


def _definitions() -> None:
    op.create_table(
        "ticket_type",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("label", postgresql.JSONB(), nullable=False, comment="What people read: zh and en."),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="Of the type and its form: the ETag."),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_ticket_type")),
    )
    op.create_table(
        "field",
        sa.Column("key", sa.Text(), nullable=False, comment="Never changes: values stand on tickets under it."),
        sa.Column("kind", sa.Text(), nullable=False, comment="Never changes either."),
        sa.Column("label", postgresql.JSONB(), nullable=False, comment="What people read: zh and en."),
        sa.Column(
            "choices",
            postgresql.JSONB(),
            nullable=False,
            comment="With those no longer offered, which tickets may still hold.",
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_field")),
    )
    op.create_table(
        "form_field",
        sa.Column("type_key", sa.Text(), nullable=False),
        sa.Column("field_key", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("required_on_create", sa.Boolean(), nullable=False),
        sa.Column("required_on_resolve", sa.Boolean(), nullable=False),
        sa.Column("visible_to_customer", sa.Boolean(), nullable=False),
        sa.Column(
            "default_value",
            postgresql.JSONB(),
            nullable=True,
            comment="Taken on opening when nothing is said about the field.",
        ),
        sa.ForeignKeyConstraint(["type_key"], ["ticket_type.key"], name=op.f("fk_form_field_type_key")),
        sa.ForeignKeyConstraint(["field_key"], ["field.key"], name=op.f("fk_form_field_field_key")),
        sa.PrimaryKeyConstraint("type_key", "field_key", name=op.f("pk_form_field")),
    )
    op.create_table(
        "field_edition",
        sa.Column("only", sa.Boolean(), nullable=False, comment="True: there is one row."),
        sa.Column("edition", sa.UUID(), nullable=False, comment="A new one with every change of what stands above."),
        sa.CheckConstraint('"only"', name=op.f("ck_field_edition_only")),
        sa.PrimaryKeyConstraint("only", name=op.f("pk_field_edition")),
    )
    op.execute("INSERT INTO field_edition VALUES (TRUE, '00000000-0000-0000-0000-000000000000')")
    op.execute(
        "INSERT INTO ticket_type (key, label, position, active, version, updated_at)"
        ' VALUES (\'request\', \'{"zh": "服务请求", "en": "Request"}\', 0, TRUE, 1, \'2026-11-24T00:00:00Z\')'
    )


def _tickets() -> None:
    # Defaults that are constants: Postgres adds the columns without writing the rows anew.
    op.add_column(
        "ticket",
        sa.Column("type", sa.Text(), nullable=False, server_default="request", comment="The key of its ticket type."),
    )
    op.add_column(
        "ticket",
        sa.Column(
            "fields",
            postgresql.JSONB(),
            nullable=False,
            server_default=sa.text("'{}'"),
            comment="Custom fields: key -> value.",
        ),
    )
    op.add_column(
        "ticket",
        sa.Column(
            "tags",
            postgresql.ARRAY(sa.Text()),
            nullable=False,
            server_default=sa.text("'{}'"),
            comment="In one spelling, sorted.",
        ),
    )
    op.create_index("ix_ticket_changed", "ticket", ["updated_at", "id"])
    op.create_index(
        "ix_ticket_due", "ticket", ["resolution_due_at", "id"], postgresql_where=sa.text("status <> 'closed'")
    )
    op.create_index(
        "ix_ticket_urgent",
        "ticket",
        [sa.text("array_position(ARRAY['low', 'normal', 'high', 'urgent'], priority)"), "id"],
        postgresql_where=sa.text("status <> 'closed'"),
    )
    op.create_index(
        "ix_ticket_of_type", "ticket", ["type", "opened_at", "id"], postgresql_where=sa.text("type <> 'request'")
    )
    op.create_index(
        "ix_ticket_tagged",
        "ticket",
        ["tags"],
        postgresql_using="gin",
        postgresql_where=sa.text("cardinality(tags) > 0"),
    )
    op.create_index(
        "ix_ticket_filled_in",
        "ticket",
        ["fields"],
        postgresql_using="gin",
        postgresql_ops={"fields": "jsonb_path_ops"},
        postgresql_where=sa.text("fields <> '{}'"),
    )
    op.create_table(
        "tag",
        sa.Column("name", sa.Text(), nullable=False, comment="Every tag that a ticket ever had."),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_tag")),
    )


def _batches() -> None:
    op.add_column(
        "ticket_event",
        sa.Column("batch_id", sa.UUID(), nullable=True, comment="Of the bulk action that it was a part of."),
    )
    op.create_index(
        "ix_ticket_event_of_batch", "ticket_event", ["batch_id"], postgresql_where=sa.text("batch_id IS NOT NULL")
    )


def _views() -> None:
    op.create_table(
        "ticket_view",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.UUID(), nullable=False, comment="The user or API key that made it."),
        sa.Column("owner_name", sa.Text(), nullable=False),
        sa.Column("shared", sa.Text(), nullable=False, comment="private or everyone"),
        sa.Column(
            "conditions",
            postgresql.JSONB(),
            nullable=False,
            comment="As they were given: checked again whenever they are used.",
        ),
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("descending", sa.Boolean(), nullable=False),
        sa.Column("columns", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_view")),
    )
    op.create_index("ix_ticket_view_of_owner", "ticket_view", ["owner_id", "name", "id"])
    op.create_index(
        "ix_ticket_view_shared", "ticket_view", ["name", "id"], postgresql_where=sa.text("shared = 'everyone'")
    )
