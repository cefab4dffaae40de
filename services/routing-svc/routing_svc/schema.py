"""The tables of routing-svc.

All stand in one file because one decision reads three of them: the rooms `agents` and `work` ask `offers` to match,
and `offers` writes their tables, which must not make a circle of the rooms.
"""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from common.db import new_metadata

metadata = new_metadata()
_stamp = sa.DateTime(timezone=True)
_words = ARRAY(sa.Text)

agent = sa.Table(
    "agent",
    metadata,
    sa.Column("id", UUID(as_uuid=True), primary_key=True, comment="The user's id."),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("skills", JSONB, nullable=False, comment="Skill -> level 1..5."),
    sa.Column("capacity", sa.SmallInteger, nullable=False, comment="How many tickets at once."),
    sa.Column("used", sa.SmallInteger, nullable=False, comment="Units of capacity taken by open offers and tickets."),
    sa.Column("over", sa.SmallInteger, nullable=False, comment="Tickets beyond capacity: given by a person, or cut."),
    sa.Column("auto_accept", sa.Boolean, nullable=False, comment="Offers need no answer."),
    sa.Column("presence", sa.Text, nullable=False),
    sa.Column("presence_at", _stamp, nullable=False, comment="Since when."),
    sa.Column("idle_since", _stamp, nullable=False, comment="When work was last given, taken away or signed up for."),
    sa.Column("active", sa.Boolean, nullable=False, comment="False once the user may no longer work here."),
    sa.Column("user_version", sa.BigInteger, nullable=False, comment="The user's version last heard of; 0 for none."),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.CheckConstraint("presence IN ('online', 'away', 'offline')", name="presence"),
    sa.CheckConstraint("used >= 0 AND used <= capacity", name="used_within_capacity"),
    sa.CheckConstraint("over >= 0 AND (over = 0 OR used = capacity)", name="over_only_when_full"),
    sa.CheckConstraint("active OR presence = 'offline'", name="inactive_is_offline"),
    sa.Index("ix_agent_name", "name", "id"),
)

skill = sa.Table(
    "skill",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("updated_at", _stamp, nullable=False),
)

skill_topic = sa.Table(
    "skill_topic",
    metadata,
    sa.Column("topic", sa.Text, primary_key=True, comment="A topic needs one skill at most."),
    sa.Column("skill", sa.Text, sa.ForeignKey("skill.name"), nullable=False, index=True),
)

work_item = sa.Table(
    "work_item",
    metadata,
    sa.Column("ticket_id", UUID(as_uuid=True), primary_key=True),
    sa.Column("number", sa.BigInteger, comment="The ticket's; null when its end was heard before its opening."),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("priority", sa.Text, nullable=False),
    sa.Column("topic", sa.Text),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("required_skills", _words, nullable=False, comment="Sorted, so that equal needs compare equal."),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("queued_at", _stamp, nullable=False, comment="Since when it waits; kept over re-queues."),
    sa.Column(
        "turn_at", _stamp, nullable=False, comment="queued_at less the priority's head start: the queue's order."
    ),
    sa.Column("offer_id", UUID(as_uuid=True), comment="The open offer."),
    sa.Column("agent_id", UUID(as_uuid=True), sa.ForeignKey("agent.id"), comment="Who has it, or had it at the end."),
    sa.Column("preferred_agent_id", UUID(as_uuid=True), comment="Who had it before it was reopened; asked first."),
    sa.Column("why", _words, nullable=False, comment="Why this agent; empty while it waits."),
    sa.Column("assigned_at", _stamp),
    sa.Column("ended_at", _stamp),
    sa.Column("ticket_version", sa.BigInteger, nullable=False, comment="The ticket's version last acted upon."),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.CheckConstraint("state IN ('queued', 'offered', 'assigned', 'ended')", name="state"),
    sa.CheckConstraint("(state = 'offered') = (offer_id IS NOT NULL)", name="offered_has_offer"),
    sa.CheckConstraint("state <> 'assigned' OR agent_id IS NOT NULL", name="assigned_has_agent"),
    sa.CheckConstraint("state IN ('assigned', 'ended') OR agent_id IS NULL", name="waiting_has_no_agent"),
    sa.Index("ix_work_item_turn", "turn_at", "ticket_id", postgresql_where=sa.text("state = 'queued'")),
    sa.Index("ix_work_item_needs", "required_skills", postgresql_where=sa.text("state = 'queued'")),
    sa.Index("ix_work_item_state", "state", "queued_at", "ticket_id"),
    sa.Index("ix_work_item_queued_at", "queued_at", "ticket_id"),
    sa.Index("ix_work_item_agent", "agent_id", "queued_at", "ticket_id"),
    sa.Index("ix_work_item_ended_at", "ended_at", postgresql_where=sa.text("ended_at IS NOT NULL")),
)

offer = sa.Table(
    "offer",
    metadata,
    sa.Column("id", UUID(as_uuid=True), primary_key=True, comment="Never used twice, so an answer names its offer."),
    sa.Column("ticket_id", UUID(as_uuid=True), sa.ForeignKey("work_item.ticket_id"), nullable=False),
    sa.Column("agent_id", UUID(as_uuid=True), sa.ForeignKey("agent.id"), nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("why", _words, nullable=False),
    sa.Column("made_at", _stamp, nullable=False),
    sa.Column("expires_at", _stamp, nullable=False),
    sa.Column("ended_at", _stamp),
    sa.Column("reason", sa.Text, comment="What the agent said, or why it was taken back."),
    sa.CheckConstraint("state IN ('open', 'accepted', 'declined', 'expired', 'rescinded')", name="state"),
    sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="open_has_no_end"),
    sa.Index("uq_offer_open_ticket", "ticket_id", unique=True, postgresql_where=sa.text("state = 'open'")),
    sa.Index("ix_offer_open_agent", "agent_id", postgresql_where=sa.text("state = 'open'")),
    sa.Index("ix_offer_ticket", "ticket_id", "id"),
    sa.Index("ix_offer_agent", "agent_id", "id"),
    sa.Index("ix_offer_ended_at", "ended_at", postgresql_where=sa.text("ended_at IS NOT NULL")),
)
