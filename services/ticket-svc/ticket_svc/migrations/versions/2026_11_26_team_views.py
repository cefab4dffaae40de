"""Who is in a team, and views that are shared with one."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_team_views"
down_revision = "2026_11_26_deletion"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "team_member",
        sa.Column("team_id", sa.UUID(), nullable=False),
        sa.Column("colleague_id", sa.UUID(), nullable=False, comment="A user; the gateway owns them."),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_member_team_id_team")),
        sa.PrimaryKeyConstraint("team_id", "colleague_id", name=op.f("pk_team_member")),
    )
    op.create_index("ix_team_member_of", "team_member", ["colleague_id", "team_id"])
    op.alter_column(
        "ticket_view", "shared", existing_type=sa.Text(), existing_nullable=False,
        existing_comment="private or everyone", comment="private, team or everyone",
    )  # fmt: skip
    op.add_column("ticket_view", sa.Column("team_id", sa.UUID(), comment="Of one shared with a team."))
    op.create_foreign_key(op.f("fk_ticket_view_team_id_team"), "ticket_view", "team", ["team_id"], ["id"])
    op.create_index(
        "ix_ticket_view_of_team", "ticket_view", ["team_id"], postgresql_where=sa.text("team_id IS NOT NULL")
    )
