"""Customers, tickets, their messages and trails, and the agents' names."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_23_tickets"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agent",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="Of the event it was learnt from."),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent")),
    )
    _customers()
    _tickets()
    _messages()
    _trails()


def _customers() -> None:
    op.create_table(
        "customer",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True, comment="Lower-cased: see identity.py."),
        sa.Column("phone", sa.Text(), nullable=True, comment="Digits, with + and country code where it is known."),
        sa.Column(
            "external_id", sa.Text(), nullable=True, comment="The customer's id in the organisation's own systems."
        ),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint("email", name=op.f("uq_customer_email")),
        sa.UniqueConstraint("external_id", name=op.f("uq_customer_external_id")),
        sa.UniqueConstraint("phone", name=op.f("uq_customer_phone")),
    )
    op.create_index("ix_customer_newest", "customer", ["created_at", "id"], unique=False)


def _tickets() -> None:
    op.create_table(
        "ticket",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column(
            "number",
            sa.BigInteger(),
            sa.Identity(always=False, start=1001),
            nullable=False,
            comment="What people call it by.",
        ),
        sa.Column("external_id", sa.Text(), nullable=True, comment="The ticket's id in another system."),
        sa.Column("customer_id", sa.UUID(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=True),
        sa.Column("agent_id", sa.UUID(), nullable=True),
        sa.Column(
            "assigned_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="An assignment older than this one comes too late.",
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("response_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "responded_at", sa.DateTime(timezone=True), nullable=True, comment="The first public reply of a person."
        ),
        sa.Column(
            "response_breached_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="The deadline that was missed, not the instant we noticed.",
        ),
        sa.Column("response_stood", sa.Interval(), nullable=False, comment="How long the response clock has stood."),
        sa.Column(
            "resolution_due_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="While the clock stands: as it was when it stopped.",
        ),
        sa.Column(
            "resolution_breached_at", sa.DateTime(timezone=True), nullable=True, comment="As response_breached_at."
        ),
        sa.Column(
            "resolution_stood", sa.Interval(), nullable=False, comment="How long the resolution clock has stood."
        ),
        sa.Column(
            "pended_at", sa.DateTime(timezone=True), nullable=True, comment="Since when it waits on the customer."
        ),
        sa.Column(
            "resolved_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Of the present resolution; the trail knows the earlier ones.",
        ),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_ticket_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("external_id", name=op.f("uq_ticket_external_id")),
        sa.UniqueConstraint("number", name=op.f("uq_ticket_number")),
    )
    op.create_index(
        "ix_ticket_alive",
        "ticket",
        ["status", "opened_at", "id"],
        unique=False,
        postgresql_where=sa.text("status <> 'closed'"),
    )
    op.create_index("ix_ticket_newest", "ticket", ["opened_at", "id"], unique=False)
    op.create_index(
        "ix_ticket_of_agent",
        "ticket",
        ["agent_id", "opened_at", "id"],
        unique=False,
        postgresql_where=sa.text("agent_id IS NOT NULL"),
    )
    op.create_index("ix_ticket_of_customer", "ticket", ["customer_id", "opened_at", "id"], unique=False)


def _messages() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("ticket_id", sa.UUID(), nullable=False),
        sa.Column(
            "is_public", sa.Boolean(), nullable=False, comment="False for a note, which the customer never sees."
        ),
        sa.Column("author_kind", sa.Text(), nullable=False),
        sa.Column("author_id", sa.UUID(), nullable=True),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("article_ids", postgresql.ARRAY(sa.UUID()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_message_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index("ix_message_of_ticket", "message", ["ticket_id", "created_at", "id"], unique=False)


def _trails() -> None:
    op.create_table(
        "ticket_event",
        sa.Column("ticket_id", sa.UUID(), nullable=False),
        sa.Column(
            "position",
            sa.BigInteger(),
            sa.Identity(always=True),
            nullable=False,
            comment="The order of the trail: taken while the ticket is locked.",
        ),
        sa.Column(
            "version", sa.BigInteger(), nullable=False, comment="The ticket's after it; facts from outside make none."
        ),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False, comment="person, key, customer or system"),
        sa.Column("actor_id", sa.UUID(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column(
            "at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When it happened; a breach happened at its deadline.",
        ),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="What changed."),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_event_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", "position", name=op.f("pk_ticket_event")),
    )
