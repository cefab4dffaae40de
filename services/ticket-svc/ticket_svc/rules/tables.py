"""The tables of rules: each rule, its versions, the edition that all of them make, and what they did."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, UUID

from ticket_svc.schema import metadata
from ticket_svc.tickets import tables as _tickets  # noqa: F401  # runs refer to tickets

_stamp = sa.DateTime(timezone=True)
_id = UUID(as_uuid=True)

rule = sa.Table(
    "rule",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False, comment="The present one; what it says stands there."),
    sa.Column("position", sa.Integer, nullable=False, comment="Rules are asked in this order."),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("active_since", _stamp, comment="It hears of nothing that happened before."),
    sa.Column("removed_at", _stamp, comment="Its versions and runs stay."),
    sa.Column("created_at", _stamp, nullable=False),
)

rule_version = sa.Table(
    "rule_version",
    metadata,
    sa.Column("rule_id", _id, sa.ForeignKey("rule.id"), primary_key=True),
    sa.Column("version", sa.BigInteger, primary_key=True, comment="Never changes once it is written."),
    sa.Column("what", sa.Text, nullable=False, comment="What made it: created, changed, activated, …"),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("trigger", JSONB, nullable=False),
    sa.Column("conditions", JSONB(none_as_null=True), comment="Null: any ticket. Checked again whenever it is used."),
    sa.Column("actions", JSONB, nullable=False),
    sa.Column("stop", sa.Boolean, nullable=False),
    sa.Column("by_kind", sa.Text, nullable=False, comment="Who made it: as on the trail of tickets."),
    sa.Column("by_id", _id),
    sa.Column("by_name", sa.Text, nullable=False),
    sa.Column("at", _stamp, nullable=False),
)

rule_edition = sa.Table(
    "rule_edition",
    metadata,
    sa.Column("only", sa.Boolean, primary_key=True, comment="True: there is one row."),
    sa.Column("edition", _id, nullable=False, comment="A new one with every change of a rule."),
    sa.CheckConstraint('"only"', name="only"),
)

rule_run = sa.Table(
    "rule_run",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("rule_id", _id, sa.ForeignKey("rule.id"), nullable=False),
    sa.Column("rule_version", sa.BigInteger, nullable=False),
    sa.Column("ticket_id", _id, sa.ForeignKey("ticket.id"), nullable=False),
    sa.Column("happened", sa.Text, nullable=False, comment="What it was about: a happening, or time."),
    sa.Column("event_id", _id, comment="Of the event; null for time."),
    sa.Column("chain_id", _id, nullable=False, comment="The same for all that followed from one change of a ticket."),
    sa.Column("depth", sa.Integer, nullable=False, comment="How many rules acted one because of the other."),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("problem", JSONB(none_as_null=True), comment="Why it was refused."),
    sa.Column("version_before", sa.BigInteger, nullable=False, comment="The ticket's."),
    sa.Column("version_after", sa.BigInteger, nullable=False),
    sa.Column("at", _stamp, nullable=False),
    sa.CheckConstraint("outcome IN ('done', 'refused', 'loop', 'too_deep')", name="outcome"),
    sa.Index("ix_rule_run_at", "at"),
    sa.Index("ix_rule_run_chain", "chain_id", "ticket_id"),
    sa.Index("ix_rule_run_of_rule", "rule_id", "id"),
    sa.Index("ix_rule_run_of_ticket", "ticket_id", "id"),
    # Few are refused or held back; whoever looks for them reads no others.
    sa.Index("ix_rule_run_of_outcome", "outcome", "id"),
)
