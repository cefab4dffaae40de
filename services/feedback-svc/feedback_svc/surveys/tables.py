"""The tables of surveys: tickets as far as surveys need them, and the surveys themselves."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import UUID

from feedback_svc.schema import metadata

_stamp = sa.DateTime(timezone=True)

ticket = sa.Table(
    "ticket",
    metadata,
    sa.Column("id", UUID(as_uuid=True), primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False, comment="Of ticket-svc: an older event changes nothing."),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("resolved_at", _stamp, comment="Empty while the ticket is open again."),
    comment="What ticket-svc said of tickets that were resolved at least once.",
)

survey = sa.Table(
    "survey",
    metadata,
    sa.Column("id", UUID(as_uuid=True), primary_key=True),
    sa.Column("ticket_id", UUID(as_uuid=True), nullable=False, index=True),
    sa.Column("customer_id", UUID(as_uuid=True), nullable=False),
    sa.Column("agent_id", UUID(as_uuid=True), comment="Who resolved the ticket; the survey is about their work."),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False, comment="See course.py."),
    sa.Column("version", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("resolved_at", _stamp, nullable=False, comment="The resolution that it asks about."),
    sa.Column("due_at", _stamp, nullable=False),
    sa.Column("sent_at", _stamp),
    sa.Column("expires_at", _stamp, comment="Of the link."),
    sa.Column("score", sa.SmallInteger),
    sa.Column("comment", sa.Text),
    sa.Column("answered_at", _stamp, comment="The first answer; the time for changing it runs from here."),
    sa.Column("changed_at", _stamp, comment="The latest answer, which is the one that counts."),
    sa.CheckConstraint("state IN ('planned', 'skipped', 'sent', 'answered', 'withdrawn')", name="state"),
    sa.CheckConstraint("score BETWEEN 1 AND 5", name="score"),
    sa.CheckConstraint("(state = 'answered') = (score IS NOT NULL)", name="answered"),
    sa.Index("uq_survey_planned", "ticket_id", unique=True, postgresql_where=sa.text("state = 'planned'")),
    sa.Index("ix_survey_asked", "customer_id", "sent_at", postgresql_where=sa.text("state IN ('sent', 'answered')")),
    sa.Index("ix_survey_of_customer", "customer_id", "id"),
    sa.Index("ix_survey_answered", "answered_at", postgresql_where=sa.text("state = 'answered'")),
)
