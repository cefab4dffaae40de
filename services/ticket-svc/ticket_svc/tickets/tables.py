"""The tables of tickets: the ticket itself, its messages, and the agents' names as routing told them."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from ticket_svc.schema import metadata
from ticket_svc.statuses import tables as _statuses  # noqa: F401  # the ticket refers to these two
from ticket_svc.teams import tables as _teams  # noqa: F401

_stamp = sa.DateTime(timezone=True)
_id = UUID(as_uuid=True)

URGENCY = "array_position(ARRAY['low', 'normal', 'high', 'urgent'], priority)"
"""How urgent a ticket is, as SQL: lists that are sorted by it must say it as the index does."""

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
    sa.Column("type", sa.Text, nullable=False, server_default="request", comment="The key of its ticket type."),
    sa.Column("fields", JSONB, nullable=False, server_default=sa.text("'{}'"), comment="Custom fields: key -> value."),
    sa.Column(
        "tags", ARRAY(sa.Text), nullable=False, server_default=sa.text("'{}'"), comment="In one spelling, sorted."
    ),
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
    sa.Column("custom_status_id", _id, sa.ForeignKey("custom_status.id"), comment="Inside its status, the category."),
    sa.Column("team_id", _id, sa.ForeignKey("team.id")),
    sa.Column(
        "merged_into_id", _id, sa.ForeignKey("ticket.id"), comment="It was merged: what is said to it goes there."
    ),
    sa.Column("snoozed_at", _stamp, comment="Since when it sleeps."),
    sa.Column("snoozed_until", _stamp, comment="Null while it sleeps: until the customer replies."),
    sa.Column("snooze_outlasts_reply", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("resolved_at", _stamp, comment="Of the present resolution; the trail knows the earlier ones."),
    sa.Column("imported_at", _stamp, comment="When it was brought in as history: it has no clocks then."),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("updated_at", _stamp, nullable=False),
    sa.Column("erased_at", _stamp, comment="Since when its content is gone; its figures are not."),
    sa.UniqueConstraint("number"),
    sa.UniqueConstraint("external_id"),
    sa.Index("ix_ticket_newest", "opened_at", "id"),
    sa.Index("ix_ticket_of_customer", "customer_id", "opened_at", "id"),
    # Each list by what it asks for and then by its order, closed tickets too: however many are of another status, a
    # page is read where it stands.
    sa.Index("ix_ticket_of_status", "status", "opened_at", "id"),
    sa.Index("ix_ticket_of_agent", "agent_id", "opened_at", "id", postgresql_where=sa.text("agent_id IS NOT NULL")),
    sa.Index("ix_ticket_of_team", "team_id", "opened_at", "id", postgresql_where=sa.text("team_id IS NOT NULL")),
    sa.Index(
        "ix_ticket_of_agent_status",
        "agent_id",
        "status",
        "opened_at",
        "id",
        postgresql_where=sa.text("agent_id IS NOT NULL"),
    ),
    sa.Index("ix_ticket_of_topic", "topic", "opened_at", "id", postgresql_where=sa.text("topic IS NOT NULL")),
    sa.Index("ix_ticket_changed", "updated_at", "id"),
    sa.Index("ix_ticket_due", "resolution_due_at", "id", postgresql_where=sa.text("status <> 'closed'")),
    sa.Index("ix_ticket_urgent", sa.text(URGENCY), "id", postgresql_where=sa.text("status <> 'closed'")),
    # What was closed long ago, for types whose tickets are not kept for ever.
    sa.Index(
        "ix_ticket_kept",
        "type",
        "updated_at",
        "id",
        postgresql_where=sa.text("status = 'closed' AND erased_at IS NULL"),
    ),
    # And those whose content went before, for types whose tickets are deleted.
    sa.Index("ix_ticket_erased", "type", "updated_at", "id", postgresql_where=sa.text("erased_at IS NOT NULL")),
    sa.Index("ix_ticket_merged_into", "merged_into_id", postgresql_where=sa.text("merged_into_id IS NOT NULL")),
    # A ticket of the usual type, without tags or fields, costs these nothing. (The planner is told below.)
    sa.Index("ix_ticket_of_type", "type", "opened_at", "id", postgresql_where=sa.text("type <> 'request'")),
    sa.Index("ix_ticket_tagged", "tags", postgresql_using="gin", postgresql_where=sa.text("cardinality(tags) > 0")),
    sa.Index(
        "ix_ticket_filled_in",
        "fields",
        postgresql_using="gin",
        postgresql_ops={"fields": "jsonb_path_ops"},
        postgresql_where=sa.text("fields <> '{}'"),
    ),
)

# Not `tags <> '{}'`: of that it is known how rare it is, and it would be counted twice beside a condition on tags.
HAS_TAGS = sa.literal_column("cardinality(ticket.tags) > 0", sa.Boolean)
HAS_FIELDS = sa.literal_column("ticket.fields <> '{}'", sa.Boolean)
"""What a query says beside its condition, so that the planner knows that the partial index has all it looks for."""

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
    sa.Column("said", sa.Text, comment="What it was taken for, when it wants no answer: thanks, acknowledgement."),
    sa.Column("mentions", ARRAY(_id), nullable=False, server_default="{}"),
    sa.Column("attachments", JSONB, nullable=False, server_default="[]", comment="As the message shows them."),
    sa.Column("version", sa.BigInteger, nullable=False, server_default="1", comment="One more for each edit."),
    sa.Column("created_at", _stamp, nullable=False),
    sa.Column("edited_at", _stamp),
    sa.Column("redacted_at", _stamp, comment="When something was last made unreadable in it."),
    sa.Index("ix_message_of_ticket", "ticket_id", "created_at", "id"),
)

ticket_link = sa.Table(
    "ticket_link",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("from_id", _id, sa.ForeignKey("ticket.id"), nullable=False, comment="The follow-up, the duplicate, …"),
    sa.Column("to_id", _id, sa.ForeignKey("ticket.id"), nullable=False, comment="… of this ticket."),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("made_at", _stamp, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.CheckConstraint("kind IN ('follow_up', 'split', 'duplicate', 'causes', 'child', 'related')", name="kind"),
    sa.CheckConstraint("from_id <> to_id", name="not_to_itself"),
    sa.UniqueConstraint("from_id", "to_id", "kind"),
    sa.Index("ix_ticket_link_to", "to_id", "kind", "from_id"),
    sa.Index("uq_ticket_link_one_parent", "from_id", unique=True, postgresql_where=sa.text("kind = 'child'")),
)

tag = sa.Table(
    "tag",
    metadata,
    sa.Column("name", sa.Text, primary_key=True, comment="Every tag that a ticket ever had."),
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
