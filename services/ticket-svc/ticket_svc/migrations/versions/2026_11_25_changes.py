"""The change feed. It begins with the first event that is heard after this."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_changes"
down_revision = "2026_11_25_taken_along"
branch_labels = None
depends_on = None

_STAMP = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("CREATE SEQUENCE change_position AS bigint")
    op.create_table(
        "change",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("object_id", sa.UUID(), nullable=False),
        sa.Column("position", sa.BigInteger(), comment="In the feed; null until a reader comes: see place.py."),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="The thing's, after the latest event."),
        sa.Column("type", sa.Text(), nullable=False, comment="The latest event."),
        sa.Column("at", _STAMP, nullable=False, comment="When the latest event was said."),
        sa.Column("gone", sa.Text(), comment="merged, deleted or erased"),
        sa.Column(
            "gone_version", sa.BigInteger(), nullable=False, comment="Of the event that decided this; 0: of none."
        ),
        sa.Column("into_id", sa.UUID(), comment="Who has by now what was the merged one's."),
        sa.Column("changed_at", _STAMP, nullable=False, comment="When we last heard of it."),
        sa.PrimaryKeyConstraint("kind", "object_id", name=op.f("pk_change")),
    )
    placed = sa.text("position IS NOT NULL")
    op.create_index("uq_change_position", "change", ["position"], unique=True, postgresql_where=placed)
    op.create_index("ix_change_waiting", "change", ["changed_at"], postgresql_where=sa.text("position IS NULL"))
    op.create_index("ix_change_changed", "change", ["changed_at"])
