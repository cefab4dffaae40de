"""Tickets that are deleted: what stays of them, who answered for it, and what the deletion looks for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_26_deletion"
down_revision = "2026_11_25_retention"
branch_labels = None
depends_on = None

_REFERRING = (
    ("ix_ticket_merged_into", "ticket", "merged_into_id", "merged_into_id IS NOT NULL"),
    ("ix_ticket_merge_source", "ticket_merge", "source_id", None),
    ("ix_ticket_merge_target", "ticket_merge", "target_id", None),
    ("ix_ticket_merge_message_of", "ticket_merge_message", "message_id", None),
    ("ix_incident_report_of_ticket", "incident_report", "ticket_id", None),
    ("ix_incident_delivery_of_ticket", "incident_delivery", "ticket_id", None),
    ("ix_attachment_of_ticket", "attachment", "ticket_id", "ticket_id IS NOT NULL"),
)
"""What refers to a ticket or a message: without these each deletion would read the whole table."""


def upgrade() -> None:
    op.add_column(
        "ticket_retention",
        sa.Column(
            "then_what", sa.Text(), nullable=False, server_default="erase", comment="The content goes, or the ticket."
        ),
    )
    op.create_check_constraint(
        op.f("ck_ticket_retention_then_what"), "ticket_retention", "then_what IN ('erase', 'delete')"
    )
    op.create_table(
        "deletion",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("type_key", sa.Text(), nullable=False, comment="The type whose retention it was."),
        sa.Column("days", sa.Integer(), nullable=False, comment="What the retention said."),
        sa.Column("tickets", sa.BigInteger(), nullable=False),
        sa.Column("counts", postgresql.JSONB(), nullable=False, comment="Kind of row -> how many."),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "completed_at", sa.DateTime(timezone=True), comment="When every service had answered for every ticket."
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deletion")),
    )
    op.create_index("ix_deletion_newest", "deletion", ["deleted_at", "id"])
    op.create_table(
        "deletion_answer",
        sa.Column("deletion_id", sa.UUID(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("tickets", sa.BigInteger(), nullable=False, comment="For how many it has answered."),
        sa.Column("counts", postgresql.JSONB(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False, comment="Last."),
        sa.ForeignKeyConstraint(["deletion_id"], ["deletion.id"], name=op.f("fk_deletion_answer_deletion_id_deletion")),
        sa.PrimaryKeyConstraint("deletion_id", "service", name=op.f("pk_deletion_answer")),
    )
    op.create_table(
        "ticket_tombstone",
        sa.Column("ticket_id", sa.UUID(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("external_print", sa.Text(), comment="Of its id in another system: see tickets/erased_id.py."),
        sa.Column("deletion_id", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deletion_id"], ["deletion.id"], name=op.f("fk_ticket_tombstone_deletion_id_deletion")
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_ticket_tombstone")),
    )
    op.create_index("ix_ticket_tombstone_deletion", "ticket_tombstone", ["deletion_id", "number"])
    op.create_index(
        "ix_ticket_tombstone_print", "ticket_tombstone", ["external_print"],
        postgresql_where=sa.text("external_print IS NOT NULL"),
    )  # fmt: skip
    op.create_index(
        "ix_ticket_erased", "ticket", ["type", "updated_at", "id"], postgresql_where=sa.text("erased_at IS NOT NULL")
    )
    for name, table, column, where in _REFERRING:
        op.create_index(name, table, [column], postgresql_where=sa.text(where) if where else None)
