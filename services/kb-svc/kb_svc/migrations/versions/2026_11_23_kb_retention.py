"""What was suggested is found by when it was."""

from alembic import op

revision = "2026_11_23_kb_retention"
down_revision = "2026_11_23_articles"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_suggestion_made_at", "suggestion", ["made_at"])


def downgrade() -> None:
    op.drop_index("ix_suggestion_made_at", "suggestion")
