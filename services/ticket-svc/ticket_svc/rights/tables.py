"""The tables of erasures, of what the other services answered, of legal holds, and of who asked for a copy."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from ticket_svc.schema import metadata

_stamp = sa.DateTime(timezone=True)
_id = UUID(as_uuid=True)

erasure = sa.Table(
    "erasure",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("customer_id", _id, sa.ForeignKey("customer.id"), nullable=False, unique=True),
    sa.Column("customer_ids", ARRAY(_id), nullable=False, comment="Them and those who were merged into them."),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False, comment="Without the person's name and addresses."),
    sa.Column("asked_by_kind", sa.Text, nullable=False),
    sa.Column("asked_by_id", _id),
    sa.Column("asked_by_name", sa.Text, nullable=False),
    sa.Column("asked_at", _stamp, nullable=False),
    sa.Column("tickets", sa.BigInteger, nullable=False, server_default="0", comment="Erased so far."),
    sa.Column("counts", JSONB, nullable=False, server_default=sa.text("'{}'"), comment="Kind of row -> how many."),
    sa.Column("own_done_at", _stamp, comment="When ticket-svc had done its part."),
    sa.Column("completed_at", _stamp, comment="When every service had answered for everything."),
    sa.CheckConstraint("state IN ('running', 'waiting', 'complete')", name="state"),
    sa.Index("ix_erasure_newest", "asked_at", "id"),
)

erasure_answer = sa.Table(
    "erasure_answer",
    metadata,
    sa.Column("erasure_id", _id, sa.ForeignKey("erasure.id"), primary_key=True),
    sa.Column("service", sa.Text, primary_key=True),
    sa.Column("tickets", sa.BigInteger, nullable=False, comment="For how many it has answered."),
    sa.Column("customer", sa.Boolean, nullable=False, comment="Whether it has answered for the customer."),
    sa.Column("counts", JSONB, nullable=False),
    sa.Column("answered_at", _stamp, nullable=False, comment="Last."),
)

legal_hold = sa.Table(
    "legal_hold",
    metadata,
    sa.Column("customer_id", _id, sa.ForeignKey("customer.id"), primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("by_kind", sa.Text, nullable=False),
    sa.Column("by_id", _id),
    sa.Column("by_name", sa.Text, nullable=False),
    sa.Column("at", _stamp, nullable=False),
)

customer_export = sa.Table(
    "customer_export",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("customer_id", _id, sa.ForeignKey("customer.id"), nullable=False),
    sa.Column("customer_ids", ARRAY(_id), nullable=False, comment="As in erasure."),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("notes", sa.Boolean, nullable=False, comment="Whether colleagues' notes are a part of it."),
    sa.Column("by_kind", sa.Text, nullable=False),
    sa.Column("by_id", _id),
    sa.Column("by_name", sa.Text, nullable=False),
    sa.Column("at", _stamp, nullable=False),
    sa.Index("ix_customer_export_at", "at"),
    sa.Index("ix_customer_export_of", "customer_id"),
)

ticket_retention = sa.Table(
    "ticket_retention",
    metadata,
    sa.Column("type_key", sa.Text, primary_key=True),
    sa.Column("days", sa.Integer, comment="Null: for ever."),
    sa.Column("then_what", sa.Text, nullable=False, server_default="erase", comment="The content goes, or the ticket."),
    sa.Column("set_at", _stamp, nullable=False),
    sa.Column("by_kind", sa.Text, nullable=False),
    sa.Column("by_id", _id),
    sa.Column("by_name", sa.Text, nullable=False),
    sa.CheckConstraint("days > 0", name="days"),
    sa.CheckConstraint("then_what IN ('erase', 'delete')", name="then_what"),
)

deletion = sa.Table(
    "deletion",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("type_key", sa.Text, nullable=False, comment="The type whose retention it was."),
    sa.Column("days", sa.Integer, nullable=False, comment="What the retention said."),
    sa.Column("tickets", sa.BigInteger, nullable=False),
    sa.Column("counts", JSONB, nullable=False, comment="Kind of row -> how many."),
    sa.Column("deleted_at", _stamp, nullable=False),
    sa.Column("completed_at", _stamp, comment="When every service had answered for every ticket."),
    sa.Index("ix_deletion_newest", "deleted_at", "id"),
)

deletion_answer = sa.Table(
    "deletion_answer",
    metadata,
    sa.Column("deletion_id", _id, sa.ForeignKey("deletion.id"), primary_key=True),
    sa.Column("service", sa.Text, primary_key=True),
    sa.Column("tickets", sa.BigInteger, nullable=False, comment="For how many it has answered."),
    sa.Column("counts", JSONB, nullable=False),
    sa.Column("answered_at", _stamp, nullable=False, comment="Last."),
)

tombstone = sa.Table(
    "ticket_tombstone",
    metadata,
    sa.Column("ticket_id", _id, primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("external_print", sa.Text, comment="Of its id in another system: see tickets/erased_id.py."),
    sa.Column("deletion_id", _id, sa.ForeignKey("deletion.id"), nullable=False),
    sa.Index("ix_ticket_tombstone_deletion", "deletion_id", "number"),
    sa.Index("ix_ticket_tombstone_print", "external_print", postgresql_where=sa.text("external_print IS NOT NULL")),
)
