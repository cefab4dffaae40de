"""The audit: who changed how we work."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_25_audit"
down_revision = "2026_11_25_rights"
branch_labels = None
depends_on = None

_json = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False, comment="The order."),
        sa.Column("subject", sa.Text(), nullable=False, comment="What kind of thing was changed."),
        sa.Column("subject_id", sa.Text(), nullable=False, comment="Its id, or its key."),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False, comment="As on the trail of a ticket."),
        sa.Column("actor_id", sa.UUID(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "before", _json, nullable=True, comment="Of a change what changed, of a removal all; null when it is new."
        ),
        sa.Column("after", _json, nullable=True, comment="Likewise; null when it is gone."),
        sa.CheckConstraint("what IN ('created', 'changed', 'removed')", name=op.f("ck_audit_entry_what")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_of", "audit_entry", ["subject", "subject_id", "id"])
    op.create_index("ix_audit_entry_by", "audit_entry", ["actor_id", "id"])
    op.create_index("ix_audit_entry_at", "audit_entry", ["at"])
