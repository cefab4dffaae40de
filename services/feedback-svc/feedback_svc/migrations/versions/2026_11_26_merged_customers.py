"""Customers who are one person: their surveys and recoveries are found by each of their ids."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_merged_customers"
down_revision = "2026_11_25_of_customer"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "merged_customer",
        sa.Column("customer_id", sa.UUID(), nullable=False),
        sa.Column("survivor_id", sa.UUID(), comment="Who they are part of; null: they stand alone again."),
        sa.Column(
            "version", sa.BigInteger(), nullable=False, comment="Of the customer: an older event changes nothing."
        ),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_merged_customer")),
    )
    op.create_index(
        "ix_merged_customer_of", "merged_customer", ["survivor_id"],
        postgresql_where=sa.text("survivor_id IS NOT NULL"),
    )  # fmt: skip
