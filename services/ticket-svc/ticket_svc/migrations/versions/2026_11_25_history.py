"""Which tickets were brought in as history."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_history"
down_revision = "2026_11_25_exports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    said = "When it was brought in as history: it has no clocks then."
    op.add_column("ticket", sa.Column("imported_at", sa.DateTime(timezone=True), comment=said))
