"""Incidents, their reports, and what is told to all of them."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_incidents"
down_revision = "2026_11_24_merging"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incident",
        sa.Column("id", sa.UUID(), nullable=False, comment="The problem's ticket."),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), comment="Reports of another topic are not suggested; null: any."),
        sa.Column("text", sa.Text(), nullable=False, comment="What reports are compared with."),
        sa.Column(
            "since", sa.DateTime(timezone=True), nullable=False, comment="Reports from before are not suggested."
        ),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False, comment="Nor are reports from after."),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_by", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'resolved')", name=op.f("ck_incident_state")),
        sa.ForeignKeyConstraint(["id"], ["ticket.id"], name=op.f("fk_incident_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_index("ix_incident_open", "incident", ["until"], postgresql_where=sa.text("state = 'open'"))
    op.create_table(
        "incident_report",
        sa.Column("incident_id", sa.UUID(), nullable=False),
        sa.Column("ticket_id", sa.UUID(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("likeness", sa.Float(), comment="alike.py's; null for one that a person named."),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('suggested', 'member', 'dismissed')", name=op.f("ck_incident_report_state")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_incident_report_incident_id_incident")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_incident_report_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("incident_id", "ticket_id", name=op.f("pk_incident_report")),
    )
    op.create_index(
        "uq_incident_report_member",
        "incident_report",
        ["ticket_id"],
        unique=True,
        postgresql_where=sa.text("state = 'member'"),
    )
    _telling()


def _telling() -> None:
    op.create_table(
        "incident_broadcast",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("incident_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), comment="Null: nothing is written to the customers."),
        sa.Column("by_id", sa.UUID()),
        sa.Column("by_kind", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), comment="When the last report had it."),
        sa.CheckConstraint("kind IN ('update', 'resolve', 'reopen')", name=op.f("ck_incident_broadcast_kind")),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_incident_broadcast_incident_id_incident")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_broadcast")),
    )
    op.create_index(op.f("ix_incident_broadcast_incident_id"), "incident_broadcast", ["incident_id"])
    op.create_table(
        "incident_delivery",
        sa.Column("broadcast_id", sa.UUID(), nullable=False),
        sa.Column("ticket_id", sa.UUID(), nullable=False),
        sa.Column("outcome", sa.Text(), comment="Null: still to come."),
        sa.CheckConstraint("outcome IN ('done', 'over')", name=op.f("ck_incident_delivery_outcome")),
        sa.ForeignKeyConstraint(
            ["broadcast_id"],
            ["incident_broadcast.id"],
            name=op.f("fk_incident_delivery_broadcast_id_incident_broadcast"),
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_incident_delivery_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("broadcast_id", "ticket_id", name=op.f("pk_incident_delivery")),
    )
    op.create_index(
        "ix_incident_delivery_left",
        "incident_delivery",
        ["broadcast_id", "ticket_id"],
        postgresql_where=sa.text("outcome IS NULL"),
    )


def downgrade() -> None:
    for table in ("incident_delivery", "incident_broadcast", "incident_report", "incident"):
        op.drop_table(table)
