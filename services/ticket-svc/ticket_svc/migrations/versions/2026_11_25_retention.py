"""How long tickets of a type are kept."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_retention"
down_revision = "2026_11_25_audit"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ticket_retention",
        sa.Column("type_key", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True, comment="Null: for ever."),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_kind", sa.Text(), nullable=False),
        sa.Column("by_id", sa.UUID(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.CheckConstraint("days > 0", name=op.f("ck_ticket_retention_days")),
        sa.PrimaryKeyConstraint("type_key", name=op.f("pk_ticket_retention")),
    )
    op.create_index(
        "ix_ticket_kept",
        "ticket",
        ["type", "updated_at", "id"],
        postgresql_where=sa.text("status = 'closed' AND erased_at IS NULL"),
    )
