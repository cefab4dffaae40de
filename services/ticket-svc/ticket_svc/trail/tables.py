"""The table of the trail."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, UUID

from ticket_svc.schema import metadata

_stamp = sa.DateTime(timezone=True)
_id = UUID(as_uuid=True)

ticket_event = sa.Table(
    "ticket_event",
    metadata,
    sa.Column("ticket_id", _id, sa.ForeignKey("ticket.id"), primary_key=True),
    sa.Column(
        "position",
        sa.BigInteger,
        sa.Identity(always=True),
        primary_key=True,
        comment="The order of the trail: taken while the ticket is locked.",
    ),
    sa.Column("version", sa.BigInteger, nullable=False, comment="The ticket's after it; facts from outside make none."),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("actor_kind", sa.Text, nullable=False, comment="person, key, customer, system or rule"),
    sa.Column("actor_id", _id),
    sa.Column("actor_name", sa.Text, nullable=False),
    sa.Column("at", _stamp, nullable=False, comment="When it happened; a breach happened at its deadline."),
    sa.Column("data", JSONB, nullable=False, comment="What changed."),
    sa.Column("batch_id", _id, comment="Of the bulk action that it was a part of."),
    sa.Column("rule", JSONB(none_as_null=True), comment="The rule that did it: id, version, and its place in a chain."),
    sa.Column("macro_id", _id, comment="Of the macro that it was a part of."),
    sa.Index("ix_ticket_event_of_batch", "batch_id", postgresql_where=sa.text("batch_id IS NOT NULL")),
)
