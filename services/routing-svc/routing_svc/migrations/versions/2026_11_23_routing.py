"""Agents, skills, work items and offers; and the timer that sweeps the queue."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_23_routing"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agent",
        sa.Column("id", sa.UUID(), nullable=False, comment="The user's id."),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("skills", postgresql.JSONB(), nullable=False, comment="Skill -> level 1..5."),
        sa.Column("capacity", sa.SmallInteger(), nullable=False, comment="How many tickets at once."),
        sa.Column(
            "used", sa.SmallInteger(), nullable=False, comment="Units of capacity taken by open offers and tickets."
        ),
        sa.Column(
            "over", sa.SmallInteger(), nullable=False, comment="Tickets beyond capacity: given by a person, or cut."
        ),
        sa.Column("auto_accept", sa.Boolean(), nullable=False, comment="Offers need no answer."),
        sa.Column("presence", sa.Text(), nullable=False),
        sa.Column("presence_at", sa.DateTime(timezone=True), nullable=False, comment="Since when."),
        sa.Column(
            "idle_since",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When work was last given, taken away or signed up for.",
        ),
        sa.Column("active", sa.Boolean(), nullable=False, comment="False once the user may no longer work here."),
        sa.Column(
            "user_version", sa.BigInteger(), nullable=False, comment="The user's version last heard of; 0 for none."
        ),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("active OR presence = 'offline'", name=op.f("ck_agent_inactive_is_offline")),
        sa.CheckConstraint("presence IN ('online', 'away', 'offline')", name=op.f("ck_agent_presence")),
        sa.CheckConstraint("over >= 0 AND (over = 0 OR used = capacity)", name=op.f("ck_agent_over_only_when_full")),
        sa.CheckConstraint("used >= 0 AND used <= capacity", name=op.f("ck_agent_used_within_capacity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent")),
    )
    op.create_index("ix_agent_name", "agent", ["name", "id"], unique=False)
    op.create_table(
        "skill",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_skill")),
    )
    op.create_table(
        "skill_topic",
        sa.Column("topic", sa.Text(), nullable=False, comment="A topic needs one skill at most."),
        sa.Column("skill", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["skill"], ["skill.name"], name=op.f("fk_skill_topic_skill")),
        sa.PrimaryKeyConstraint("topic", name=op.f("pk_skill_topic")),
    )
    op.create_index(op.f("ix_skill_topic_skill"), "skill_topic", ["skill"], unique=False)
    op.create_table(
        "work_item",
        sa.Column("ticket_id", sa.UUID(), nullable=False),
        sa.Column(
            "number",
            sa.BigInteger(),
            nullable=True,
            comment="The ticket's; null when its end was heard before its opening.",
        ),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column(
            "required_skills",
            postgresql.ARRAY(sa.Text()),
            nullable=False,
            comment="Sorted, so that equal needs compare equal.",
        ),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column(
            "queued_at", sa.DateTime(timezone=True), nullable=False, comment="Since when it waits; kept over re-queues."
        ),
        sa.Column(
            "turn_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="queued_at less the priority's head start: the queue's order.",
        ),
        sa.Column("offer_id", sa.UUID(), nullable=True, comment="The open offer."),
        sa.Column("agent_id", sa.UUID(), nullable=True, comment="Who has it, or had it at the end."),
        sa.Column(
            "preferred_agent_id", sa.UUID(), nullable=True, comment="Who had it before it was reopened; asked first."
        ),
        sa.Column("why", postgresql.ARRAY(sa.Text()), nullable=False, comment="Why this agent; empty while it waits."),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ticket_version", sa.BigInteger(), nullable=False, comment="The ticket's version last acted upon."),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(state = 'offered') = (offer_id IS NOT NULL)", name=op.f("ck_work_item_offered_has_offer")),
        sa.CheckConstraint("state <> 'assigned' OR agent_id IS NOT NULL", name=op.f("ck_work_item_assigned_has_agent")),
        sa.CheckConstraint(
            "state IN ('assigned', 'ended') OR agent_id IS NULL", name=op.f("ck_work_item_waiting_has_no_agent")
        ),
        sa.CheckConstraint("state IN ('queued', 'offered', 'assigned', 'ended')", name=op.f("ck_work_item_state")),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_work_item_agent_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_work_item")),
    )
    op.create_index("ix_work_item_agent", "work_item", ["agent_id", "queued_at", "ticket_id"], unique=False)
    op.create_index(
        "ix_work_item_needs",
        "work_item",
        ["required_skills"],
        unique=False,
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index("ix_work_item_queued_at", "work_item", ["queued_at", "ticket_id"], unique=False)
    op.create_index("ix_work_item_state", "work_item", ["state", "queued_at", "ticket_id"], unique=False)
    op.create_index(
        "ix_work_item_turn",
        "work_item",
        ["turn_at", "ticket_id"],
        unique=False,
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_table(
        "offer",
        sa.Column("id", sa.UUID(), nullable=False, comment="Never used twice, so an answer names its offer."),
        sa.Column("ticket_id", sa.UUID(), nullable=False),
        sa.Column("agent_id", sa.UUID(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("why", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True, comment="What the agent said, or why it was taken back."),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f("ck_offer_open_has_no_end")),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'declined', 'expired', 'rescinded')", name=op.f("ck_offer_state")
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_offer_agent_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["work_item.ticket_id"], name=op.f("fk_offer_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
    )
    op.create_index("ix_offer_agent", "offer", ["agent_id", "id"], unique=False)
    op.create_index(
        "ix_offer_open_agent", "offer", ["agent_id"], unique=False, postgresql_where=sa.text("state = 'open'")
    )
    op.create_index("ix_offer_ticket", "offer", ["ticket_id", "id"], unique=False)
    op.create_index(
        "uq_offer_open_ticket", "offer", ["ticket_id"], unique=True, postgresql_where=sa.text("state = 'open'")
    )
    # Due at once, whatever the clock says; from then on it sets itself again.
    op.execute(
        "INSERT INTO timer (id, kind, subject_id, due_at, wake_at, payload, traceparent)"
        " SELECT gen_random_uuid(), 'queue.sweep', '0195a000-0000-7000-8000-000000000001', at, at, '{}', ''"
        " FROM (SELECT TIMESTAMPTZ '2026-01-01 00:00Z' AS at) AS first"
    )
    # Agents' counters change with every offer: room on the page keeps those updates in place (HOT).
    op.execute("ALTER TABLE agent SET (fillfactor = 50)")
