"""Teams, custom statuses, snooze, links between tickets, and what a message was taken for."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_states"
down_revision = "2026_11_23_tickets"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "team",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("close_days", sa.SmallInteger(), comment="Null: as the settings say; so for all three."),
        sa.Column("notice_days", sa.SmallInteger(), comment="Before it closes; 0: no notice."),
        sa.Column("reopen_days", sa.SmallInteger(), comment="0: a reply to a resolved ticket is a follow-up at once."),
        sa.Column(
            "thanks_stay", sa.Boolean(), nullable=False, comment="A reply that only says thanks reopens nothing."
        ),
        sa.Column("active", sa.Boolean(), nullable=False, comment="False: takes no more tickets."),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("name", name=op.f("uq_team_name")),
    )
    op.create_table(
        "custom_status",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False, comment="Never changes: tickets stand in it."),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False, comment="The order in which people are shown them."),
        sa.Column("active", sa.Boolean(), nullable=False, comment="False: no ticket may be brought to it any more."),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "category IN ('open', 'pending', 'on_hold', 'resolved')", name=op.f("ck_custom_status_category")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_status")),
        sa.UniqueConstraint("category", "name_zh", name=op.f("uq_custom_status_category_name_zh")),
        sa.UniqueConstraint("category", "name_en", name=op.f("uq_custom_status_category_name_en")),
    )
    op.create_table(
        "ticket_link",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("from_id", sa.UUID(), nullable=False, comment="The follow-up, the duplicate, …"),
        sa.Column("to_id", sa.UUID(), nullable=False, comment="… of this ticket."),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('follow_up', 'split', 'duplicate', 'causes', 'child', 'related')",
            name=op.f("ck_ticket_link_kind"),
        ),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_ticket_link_not_to_itself")),
        sa.ForeignKeyConstraint(["from_id"], ["ticket.id"], name=op.f("fk_ticket_link_from_id_ticket")),
        sa.ForeignKeyConstraint(["to_id"], ["ticket.id"], name=op.f("fk_ticket_link_to_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_link")),
        sa.UniqueConstraint("from_id", "to_id", "kind", name=op.f("uq_ticket_link_from_id_to_id_kind")),
    )
    op.create_index(
        "uq_ticket_link_one_parent",
        "ticket_link",
        ["from_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'child'"),
    )
    op.create_index("ix_ticket_link_to", "ticket_link", ["to_id", "kind", "from_id"])
    _ticket()
    op.add_column(
        "message",
        sa.Column(
            "said", sa.Text(), comment="What it was taken for, when it wants no answer: thanks, acknowledgement."
        ),
    )


def _ticket() -> None:
    op.add_column("ticket", sa.Column("custom_status_id", sa.UUID(), comment="Inside its status, the category."))
    op.add_column("ticket", sa.Column("team_id", sa.UUID()))
    op.add_column("ticket", sa.Column("snoozed_at", sa.DateTime(timezone=True), comment="Since when it sleeps."))
    op.add_column(
        "ticket",
        sa.Column(
            "snoozed_until",
            sa.DateTime(timezone=True),
            comment="Null while it sleeps: until the customer replies.",
        ),
    )
    op.add_column("ticket", sa.Column("snooze_outlasts_reply", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_foreign_key(
        op.f("fk_ticket_custom_status_id_custom_status"), "ticket", "custom_status", ["custom_status_id"], ["id"]
    )
    op.create_foreign_key(op.f("fk_ticket_team_id_team"), "ticket", "team", ["team_id"], ["id"])
    op.create_index(
        "ix_ticket_of_team",
        "ticket",
        ["team_id", "opened_at", "id"],
        postgresql_where=sa.text("team_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_column("message", "said")
    op.drop_index("ix_ticket_of_team", "ticket")
    for name in ("custom_status_id", "team_id", "snoozed_at", "snoozed_until", "snooze_outlasts_reply"):
        op.drop_column("ticket", name)
    for table in ("ticket_link", "custom_status", "team"):
        op.drop_table(table)
