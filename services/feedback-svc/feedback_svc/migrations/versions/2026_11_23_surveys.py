"""Surveys, recoveries, and tickets as far as surveys need them."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_surveys"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recovery",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("survey_id", sa.UUID(), nullable=False, comment="One answer, one recovery."),
        sa.Column("ticket_id", sa.UUID(), nullable=False),
        sa.Column("customer_id", sa.UUID(), nullable=False),
        sa.Column("agent_id", sa.UUID(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False, comment="The low score that opened it."),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "overdue_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="The deadline itself, once it passed while the recovery was open.",
        ),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.UUID(), nullable=True),
        sa.Column("closed_by_name", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(state = 'closed') = (outcome IS NOT NULL AND closed_at IS NOT NULL)", name=op.f("ck_recovery_closed")
        ),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_recovery_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery")),
        sa.UniqueConstraint("survey_id", name=op.f("uq_recovery_survey_id")),
    )
    op.create_index("ix_recovery_due", "recovery", ["state", "due_at", "id"], unique=False)
    op.create_index(op.f("ix_recovery_ticket_id"), "recovery", ["ticket_id"], unique=False)
    op.create_table(
        "survey",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("ticket_id", sa.UUID(), nullable=False),
        sa.Column("customer_id", sa.UUID(), nullable=False),
        sa.Column(
            "agent_id", sa.UUID(), nullable=True, comment="Who resolved the ticket; the survey is about their work."
        ),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="See course.py."),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column(
            "resolved_at", sa.DateTime(timezone=True), nullable=False, comment="The resolution that it asks about."
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True, comment="Of the link."),
        sa.Column("score", sa.SmallInteger(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column(
            "answered_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="The first answer; the time for changing it runs from here.",
        ),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="The latest answer, which is the one that counts.",
        ),
        sa.CheckConstraint("(state = 'answered') = (score IS NOT NULL)", name=op.f("ck_survey_answered")),
        sa.CheckConstraint(
            "state IN ('planned', 'skipped', 'sent', 'answered', 'withdrawn')", name=op.f("ck_survey_state")
        ),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_survey_score")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey")),
    )
    op.create_index(
        "ix_survey_answered", "survey", ["answered_at"], unique=False, postgresql_where=sa.text("state = 'answered'")
    )
    op.create_index(
        "ix_survey_asked",
        "survey",
        ["customer_id", "sent_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('sent', 'answered')"),
    )
    op.create_index(op.f("ix_survey_ticket_id"), "survey", ["ticket_id"], unique=False)
    op.create_index(
        "uq_survey_planned", "survey", ["ticket_id"], unique=True, postgresql_where=sa.text("state = 'planned'")
    )
    op.create_table(
        "ticket",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="Of ticket-svc: an older event changes nothing."),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column(
            "resolved_at", sa.DateTime(timezone=True), nullable=True, comment="Empty while the ticket is open again."
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        comment="What ticket-svc said of tickets that were resolved at least once.",
    )
