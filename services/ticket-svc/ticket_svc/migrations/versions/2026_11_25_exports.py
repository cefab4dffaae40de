"""Exports and their files in pieces."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_25_exports"
down_revision = "2026_11_25_changes"
branch_labels = None
depends_on = None

_STAMP = sa.DateTime(timezone=True)


def upgrade() -> None:
    _exports()
    op.create_table(
        "export_piece",
        sa.Column("export_id", sa.UUID(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "data",
            postgresql.BYTEA(),
            nullable=False,
            comment="A gzip member: one after the other they are the file.",
        ),
        sa.Column("expires_at", _STAMP, nullable=False),
        sa.ForeignKeyConstraint(
            ["export_id"], ["export.id"], name=op.f("fk_export_piece_export_id_export"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("export_id", "position", name=op.f("pk_export_piece")),
    )
    op.create_index(op.f("ix_export_piece_expires_at"), "export_piece", ["expires_at"])


def _exports() -> None:
    op.create_table(
        "export",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("kinds", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("since", _STAMP),
        sa.Column("until", _STAMP),
        sa.Column(
            "masked", sa.Boolean(), nullable=False, comment="Whoever asked may not know how customers are reached."
        ),
        sa.Column("cursor", sa.Text(), nullable=False, comment="Of the change feed, from before it began."),
        sa.Column("doing", sa.Text(), comment="The kind that is written now; null: nothing yet, or all."),
        sa.Column("after_id", sa.UUID(), comment="The last one of this kind that was written."),
        sa.Column(
            "counts",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="Kind -> how many were written.",
        ),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False, comment="Bytes, compressed."),
        sa.Column("by_kind", sa.Text(), nullable=False),
        sa.Column("by_id", sa.UUID()),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("started_at", _STAMP, nullable=False),
        sa.Column("ended_at", _STAMP),
        sa.Column(
            "expires_at", _STAMP, nullable=False, comment="When its pieces go; the row stays as the record of it."
        ),
        sa.Column("reason", sa.Text(), comment="Why there is no file."),
        sa.CheckConstraint(
            "state IN ('running', 'done', 'cancelled', 'failed', 'withdrawn')", name=op.f("ck_export_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
    )
    op.create_index("ix_export_newest", "export", ["started_at", "id"])
    standing = sa.text("state IN ('running', 'done')")
    op.create_index("ix_export_standing", "export", ["id"], postgresql_where=standing)
