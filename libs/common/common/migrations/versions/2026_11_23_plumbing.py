"""The plumbing's tables: outbox, inbox, parked events, dead letters, timers, idempotency records."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_23_plumbing"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dead_letter",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("listener", sa.Text(), nullable=False, comment="Empty when the event could not even be decoded."),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("envelope", postgresql.BYTEA(), nullable=False, comment="The original bytes."),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("died_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "settled_at", sa.DateTime(timezone=True), nullable=True, comment="When an operator replayed or skipped it."
        ),
        sa.Column("settled_as", sa.Text(), nullable=True, comment="replayed or skipped"),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dead_letter")),
    )
    op.create_index(
        "ix_dead_letter_open", "dead_letter", ["died_at"], unique=False, postgresql_where=sa.text("settled_at IS NULL")
    )
    op.create_table(
        "idempotency",
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", postgresql.BYTEA(), nullable=False, comment="SHA-256 of method, path and body."),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("body", postgresql.BYTEA(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("caller", "key", name=op.f("pk_idempotency")),
    )
    op.create_index(op.f("ix_idempotency_created_at"), "idempotency", ["created_at"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("listener", sa.Text(), nullable=False),
        sa.Column("event_id", sa.UUID(), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("listener", "event_id", name=op.f("pk_inbox")),
    )
    op.create_index(op.f("ix_inbox_heard_at"), "inbox", ["heard_at"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("event_id", sa.UUID(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("aggregate_id", sa.UUID(), nullable=False, comment="The bus key: events of one id keep order."),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="The aggregate's version that this event made."),
        sa.Column(
            "shard", sa.SmallInteger(), nullable=False, comment="hash(aggregate_id): one active relay per shard."
        ),
        sa.Column(
            "envelope",
            postgresql.BYTEA(),
            nullable=False,
            comment="The CloudEvents JSON, byte for byte as it will be sent.",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "published_at", sa.DateTime(timezone=True), nullable=True, comment="Set only when the broker acknowledged."
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("aggregate_id", "version", name=op.f("uq_outbox_aggregate_id_version")),
    )
    op.create_index(
        "ix_outbox_published_at",
        "outbox",
        ["published_at"],
        unique=False,
        postgresql_where=sa.text("published_at IS NOT NULL"),
    )
    op.create_index(
        "ix_outbox_unpublished", "outbox", ["id"], unique=False, postgresql_where=sa.text("published_at IS NULL")
    )
    op.create_table(
        "parked",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False, comment="The order within a key."),
        sa.Column("listener", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("event_id", sa.UUID(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("envelope", postgresql.BYTEA(), nullable=False),
        sa.Column(
            "attempts", sa.SmallInteger(), nullable=False, comment="0 while it only waits behind an earlier event."
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("parked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parked")),
        sa.UniqueConstraint("listener", "event_id", name=op.f("uq_parked_listener_event_id")),
    )
    op.create_index(op.f("ix_parked_due_at"), "parked", ["due_at"], unique=False)
    op.create_index("ix_parked_listener_key", "parked", ["listener", "key", "id"], unique=False)
    op.create_table(
        "timer",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column(
            "kind", sa.Text(), nullable=False, comment="Which operation runs: the key in the service's TIMERS table."
        ),
        sa.Column("subject_id", sa.UUID(), nullable=False),
        sa.Column(
            "due_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="The instant that was promised; never moved by a retry.",
        ),
        sa.Column(
            "wake_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When to try next: due_at, later after a failure.",
        ),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "traceparent",
            sa.Text(),
            nullable=False,
            server_default="",
            comment="Of the request or event that set it; its run goes on there.",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timer")),
        sa.UniqueConstraint("kind", "subject_id", name=op.f("uq_timer_kind_subject_id")),
    )
    op.create_index(op.f("ix_timer_wake_at"), "timer", ["wake_at"], unique=False)
    # Queues churn: the default thresholds would let dead rows pile up between vacuums.
    for table in ("outbox", "parked", "timer"):
        op.execute(f"ALTER TABLE {table} SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000)")
