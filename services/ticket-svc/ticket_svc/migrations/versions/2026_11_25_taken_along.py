"""What a merge brought along beside the messages."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_25_taken_along"
down_revision = "2026_11_25_macros"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "ticket_merge",
        sa.Column(
            "took",
            postgresql.JSONB(),
            server_default="{}",
            nullable=False,
            comment="What it brought: tags, followers, drafts by author.",
        ),
    )
    op.create_index(
        "ix_ticket_merge_standing", "ticket_merge", ["target_id"], postgresql_where=sa.text("undone_at IS NULL")
    )
