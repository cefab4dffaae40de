"""The tables of tickets: the ticket itself, its messages, its trail, and the agents' names as routing told them."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from ticket_svc.schema import metadata

_stamp = sa.DateTime(timezone=True)
_id = UUID(as_uuid=True)

ticket = sa.Table(
    "ticket",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("number", sa.BigInteger, sa.Identity(start=1001), nullable=False, comment="What people call it by."),
    sa.Column("external_id", sa.Text, comment="The ticket's id in another system."),
    sa.Column("customer_id", _id, sa.ForeignKey("customer.id"), nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("priority", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("topic", sa.Text),
    sa.Column("agent_id", _id),
    sa.Column("assigned_at", _stamp, comment="An assignment older than this one comes too late."),
    sa.Column("opened_at", _stamp, nullable=False),
    sa.Column("response_due_at", _stamp, nullable=False),
    sa.Column("responded_at", _stamp, comment="The first public reply of a person."),
    sa.Column("response_breached_at", _stamp, comment="The deadline that was missed, not the instant we noticed."),
    sa.Column("response_stood", sa.Interval, nullable=False, comment="How long the response clock has stood."),
    sa.Column(
        "resolution_due_at", _stamp, nullable=False, comment="While the clock stands: as it was when it stopped."
    ),
    sa.Column("resolution_breached_at", _stamp, comment="As response_breached_at."),
    sa.Column("resolution_stood", sa.Interval, nullable=False, comment="How long the resolution clock has stood."),
    sa.Column("pended_at", _stamp, comment="Since when it waits on the customer."),
    sa.Column("resolved_at", _stamp, comment="Of the present resolution; the trail knows the earlier ones."),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("updated_at", _stamp, nullable=False),
    sa.UniqueConstraint("number"),
    sa.UniqueConstraint("external_id"),
    sa.Index("ix_ticket_newest", "opened_at", "id"),
    sa.Index("ix_ticket_of_customer", "customer_id", "opened_at", "id"),
    sa.Index("ix_ticket_of_agent", "agent_id", "opened_at", "id", postgresql_where=sa.text("agent_id IS NOT NULL")),
    # Closed tickets are nearly all of them in the end: their list goes by ix_ticket_newest.
    sa.Index("ix_ticket_alive", "status", "opened_at", "id", postgresql_where=sa.text("status <> 'closed'")),
)

message = sa.Table(
    "message",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("ticket_id", _id, sa.ForeignKey("ticket.id"), nullable=False),
    sa.Column("is_public", sa.Boolean, nullable=False, comment="False for a note, which the customer never sees."),
    sa.Column("author_kind", sa.Text, nullable=False),
    sa.Column("author_id", _id),
    sa.Column("author_name", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False, comment="Made from the HTML when none was given."),
    sa.Column("html", sa.Text, comment="Harmless: see writing/html.py."),
    sa.Column("article_ids", ARRAY(_id), nullable=False),
    sa.Column("mentions", ARRAY(_id), nullable=False, server_default="{}"),
    sa.Column("attachments", JSONB, nullable=False, server_default="[]", comment="As the message shows them."),
    sa.Column("version", sa.BigInteger, nullable=False, server_default="1", comment="One more for each edit."),
    sa.Column("created_at", _stamp, nullable=False),
    sa.Column("edited_at", _stamp),
    sa.Column("redacted_at", _stamp, comment="When something was last made unreadable in it."),
    sa.Index("ix_message_of_ticket", "ticket_id", "created_at", "id"),
)

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
    sa.Column("actor_kind", sa.Text, nullable=False, comment="person, key, customer or system"),
    sa.Column("actor_id", _id),
    sa.Column("actor_name", sa.Text, nullable=False),
    sa.Column("at", _stamp, nullable=False, comment="When it happened; a breach happened at its deadline."),
    sa.Column("data", JSONB, nullable=False, comment="What changed."),
)

agent = sa.Table(
    "agent",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False, comment="Of the event it was learnt from."),
)

# Staff as the gateway told of them: who may be mentioned, and who may follow. Agents whom only routing knows are above.
colleague = sa.Table(
    "colleague",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("is_active", sa.Boolean, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False, comment="Of the event it was learnt from."),
)

follower = sa.Table(
    "follower",
    metadata,
    sa.Column("ticket_id", _id, sa.ForeignKey("ticket.id"), primary_key=True),
    sa.Column("agent_id", _id, primary_key=True),
    sa.Column("since", _stamp, nullable=False),
    sa.Column("why", sa.Text, nullable=False, comment="mentioned or asked"),
    sa.Column("by_name", sa.Text, nullable=False, comment="Who let them follow."),
    sa.Index("ix_follower_agent", "agent_id", "since"),
)
