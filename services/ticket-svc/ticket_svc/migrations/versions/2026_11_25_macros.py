"""Macros, how often they are used, and the macro of a step."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_25_macros"
down_revision = "2026_11_24_rules"
branch_labels = None
depends_on = None

_STAMP = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "macro",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=True, comment="Under which heading of a menu it stands."),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.UUID(), nullable=False, comment="The user or API key that made it."),
        sa.Column("owner_name", sa.Text(), nullable=False),
        sa.Column("shared", sa.Text(), nullable=False, comment="private or everyone"),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column(
            "message",
            postgresql.JSONB(none_as_null=True),
            nullable=True,
            comment="Its kind, and the text in each language; HTML harmless.",
        ),
        sa.Column(
            "actions", postgresql.JSONB(), nullable=False, comment="As they were given: what was left out is not there."
        ),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", _STAMP, nullable=False),
        sa.Column("updated_at", _STAMP, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_macro")),
    )
    op.create_index("ix_macro_of_owner", "macro", ["owner_id"])
    op.create_index("ix_macro_shared", "macro", ["id"], postgresql_where=sa.text("shared = 'everyone'"))
    op.create_table(
        "macro_use",
        sa.Column("macro_id", sa.UUID(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="In UTC."),
        sa.Column("slot", sa.SmallInteger(), nullable=False, comment="Drawn: so that not all wait for one row."),
        sa.Column("uses", sa.BigInteger(), nullable=False),
        sa.Column("last_at", _STAMP, nullable=False),
        sa.ForeignKeyConstraint(["macro_id"], ["macro.id"], name=op.f("fk_macro_use_macro_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("macro_id", "day", "slot", name=op.f("pk_macro_use")),
    )
    op.create_index("ix_macro_use_last", "macro_use", ["last_at"])
    op.add_column(
        "ticket_event",
        sa.Column("macro_id", sa.UUID(), nullable=True, comment="Of the macro that it was a part of."),
    )
