"""Merged tickets, and the journal that a merge is undone by."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_24_merging"
down_revision = "2026_11_24_states"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "ticket", sa.Column("merged_into_id", sa.UUID(), comment="It was merged: what is said to it goes there.")
    )
    op.create_foreign_key(op.f("fk_ticket_merged_into_id_ticket"), "ticket", "ticket", ["merged_into_id"], ["id"])
    op.create_table(
        "ticket_merge",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("source_id", sa.UUID(), nullable=False),
        sa.Column("target_id", sa.UUID(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True)),
        sa.Column("source_before", postgresql.JSONB(), nullable=False, comment="What the merge changed of the source."),
        sa.Column(
            "target_before",
            postgresql.JSONB(),
            nullable=False,
            comment="What it changed of the target: column -> [before, after].",
        ),
        sa.ForeignKeyConstraint(["source_id"], ["ticket.id"], name=op.f("fk_ticket_merge_source_id_ticket")),
        sa.ForeignKeyConstraint(["target_id"], ["ticket.id"], name=op.f("fk_ticket_merge_target_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_merge")),
    )
    op.create_index(
        "uq_ticket_merge_living", "ticket_merge", ["source_id"], unique=True,
        postgresql_where=sa.text("undone_at IS NULL"),
    )  # fmt: skip
    op.create_table(
        "ticket_merge_message",
        sa.Column("merge_id", sa.UUID(), nullable=False),
        sa.Column("message_id", sa.UUID(), nullable=False),
        sa.Column("was_public", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merge_id"], ["ticket_merge.id"], name=op.f("fk_ticket_merge_message_merge_id_ticket_merge")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_ticket_merge_message_message_id_message")
        ),
        sa.PrimaryKeyConstraint("merge_id", "message_id", name=op.f("pk_ticket_merge_message")),
    )


def downgrade() -> None:
    op.drop_table("ticket_merge_message")
    op.drop_table("ticket_merge")
    op.drop_column("ticket", "merged_into_id")
