"""What has ended is found by when it ended."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_routing_retention"
down_revision = "2026_11_23_routing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not CONCURRENTLY: that waits for every open snapshot, also for those who wait for this migration's lock.
    for table in ("offer", "work_item"):
        op.create_index(f"ix_{table}_ended_at", table, ["ended_at"], postgresql_where=sa.text("ended_at IS NOT NULL"))


def downgrade() -> None:
    op.drop_index("ix_work_item_ended_at", "work_item")
    op.drop_index("ix_offer_ended_at", "offer")
