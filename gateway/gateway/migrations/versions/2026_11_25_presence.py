"""Who is at which ticket now."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_presence"
down_revision = "2026_11_23_people_and_keys"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "presence",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("ticket_id", sa.UUID(), nullable=False),
        sa.Column("tab", sa.Text(), nullable=False, comment="Which of the person's pages: each says when it goes."),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("doing", sa.Text(), nullable=False, comment="viewing, noting or replying"),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "ticket_id", "tab", name=op.f("pk_presence")),
        prefixes=["UNLOGGED"],
        postgresql_with={"fillfactor": 50},
    )
    op.create_index("ix_presence_of_ticket", "presence", ["ticket_id"])
