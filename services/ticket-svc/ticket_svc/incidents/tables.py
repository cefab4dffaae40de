"""The tables of incidents: the problem, its reports, and what is being told to all of them."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import UUID

from ticket_svc.schema import metadata

_stamp = sa.DateTime(timezone=True)
_id = UUID(as_uuid=True)

incident = sa.Table(
    "incident",
    metadata,
    sa.Column("id", _id, sa.ForeignKey("ticket.id"), primary_key=True, comment="The problem's ticket."),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("topic", sa.Text, comment="Reports of another topic are not suggested; null: any."),
    sa.Column("text", sa.Text, nullable=False, comment="What reports are compared with."),
    sa.Column("since", _stamp, nullable=False, comment="Reports from before are not suggested."),
    sa.Column("until", _stamp, nullable=False, comment="Nor are reports from after."),
    sa.Column("declared_at", _stamp, nullable=False),
    sa.Column("declared_by", sa.Text, nullable=False),
    sa.CheckConstraint("state IN ('open', 'resolved')", name="state"),
    sa.Index("ix_incident_open", "until", postgresql_where=sa.text("state = 'open'")),
)

report = sa.Table(
    "incident_report",
    metadata,
    sa.Column("incident_id", _id, sa.ForeignKey("incident.id"), primary_key=True),
    sa.Column("ticket_id", _id, sa.ForeignKey("ticket.id"), primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("likeness", sa.Float, comment="alike.py's; null for one that a person named."),
    sa.Column("at", _stamp, nullable=False),
    sa.CheckConstraint("state IN ('suggested', 'member', 'dismissed')", name="state"),
    # A ticket reports one thing.
    sa.Index("uq_incident_report_member", "ticket_id", unique=True, postgresql_where=sa.text("state = 'member'")),
    sa.Index("ix_incident_report_of_ticket", "ticket_id"),
)

broadcast = sa.Table(
    "incident_broadcast",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("incident_id", _id, sa.ForeignKey("incident.id"), nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("text", sa.Text, comment="Null: nothing is written to the customers."),
    sa.Column("by_id", _id),
    sa.Column("by_kind", sa.Text, nullable=False),
    sa.Column("by_name", sa.Text, nullable=False),
    sa.Column("at", _stamp, nullable=False),
    sa.Column("done_at", _stamp, comment="When the last report had it."),
    sa.CheckConstraint("kind IN ('update', 'resolve', 'reopen')", name="kind"),
)

delivery = sa.Table(
    "incident_delivery",
    metadata,
    sa.Column("broadcast_id", _id, sa.ForeignKey("incident_broadcast.id"), primary_key=True),
    sa.Column("ticket_id", _id, sa.ForeignKey("ticket.id"), primary_key=True),
    sa.Column("outcome", sa.Text, comment="Null: still to come."),
    sa.CheckConstraint("outcome IN ('done', 'over')", name="outcome"),
    sa.Index("ix_incident_delivery_left", "broadcast_id", "ticket_id", postgresql_where=sa.text("outcome IS NULL")),
    sa.Index("ix_incident_delivery_of_ticket", "ticket_id"),
)
