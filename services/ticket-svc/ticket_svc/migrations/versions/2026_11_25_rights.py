"""Erasures with their receipts, legal holds, and since when a customer or a ticket is erased."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_25_rights"
down_revision = "2026_11_25_history"
branch_labels = None
depends_on = None

_stamp = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "customer",
        sa.Column("erased_at", _stamp, nullable=True, comment="Since when nothing says who they were."),
    )
    op.add_column(
        "ticket",
        sa.Column("erased_at", _stamp, nullable=True, comment="Since when its content is gone; its figures are not."),
    )
    op.create_index(
        "ix_customer_event_joined",
        "customer_event",
        ["customer_id"],
        postgresql_where=sa.text("type IN ('customer.merged', 'customer.unmerged')"),
    )
    _erasures()
    op.create_table(
        "legal_hold",
        sa.Column("customer_id", sa.UUID(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_kind", sa.Text(), nullable=False),
        sa.Column("by_id", sa.UUID(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", _stamp, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_legal_hold_customer_id_customer")),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_legal_hold")),
    )
    op.create_table(
        "customer_export",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("customer_id", sa.UUID(), nullable=False),
        sa.Column("customer_ids", postgresql.ARRAY(sa.UUID()), nullable=False, comment="As in erasure."),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("notes", sa.Boolean(), nullable=False, comment="Whether colleagues' notes are a part of it."),
        sa.Column("by_kind", sa.Text(), nullable=False),
        sa.Column("by_id", sa.UUID(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", _stamp, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_customer_export_customer_id_customer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_export")),
    )
    op.create_index("ix_customer_export_at", "customer_export", ["at"])
    op.create_index("ix_customer_export_of", "customer_export", ["customer_id"])


def _erasures() -> None:
    op.create_table(
        "erasure",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("customer_id", sa.UUID(), nullable=False),
        sa.Column(
            "customer_ids",
            postgresql.ARRAY(sa.UUID()),
            nullable=False,
            comment="Them and those who were merged into them.",
        ),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, comment="Without the person's name and addresses."),
        sa.Column("asked_by_kind", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.UUID(), nullable=True),
        sa.Column("asked_by_name", sa.Text(), nullable=False),
        sa.Column("asked_at", _stamp, nullable=False),
        sa.Column("tickets", sa.BigInteger(), server_default="0", nullable=False, comment="Erased so far."),
        sa.Column(
            "counts",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="Kind of row -> how many.",
        ),
        sa.Column("own_done_at", _stamp, nullable=True, comment="When ticket-svc had done its part."),
        sa.Column("completed_at", _stamp, nullable=True, comment="When every service had answered for everything."),
        sa.CheckConstraint("state IN ('running', 'waiting', 'complete')", name=op.f("ck_erasure_state")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_erasure_customer_id_customer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("customer_id", name=op.f("uq_erasure_customer_id")),
    )
    op.create_index("ix_erasure_newest", "erasure", ["asked_at", "id"])
    op.create_table(
        "erasure_answer",
        sa.Column("erasure_id", sa.UUID(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("tickets", sa.BigInteger(), nullable=False, comment="For how many it has answered."),
        sa.Column("customer", sa.Boolean(), nullable=False, comment="Whether it has answered for the customer."),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("answered_at", _stamp, nullable=False, comment="Last."),
        sa.ForeignKeyConstraint(["erasure_id"], ["erasure.id"], name=op.f("fk_erasure_answer_erasure_id_erasure")),
        sa.PrimaryKeyConstraint("erasure_id", "service", name=op.f("pk_erasure_answer")),
    )
