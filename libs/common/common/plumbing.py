"""The tables that every service's database has, whatever the service does: outbox, inbox, parked events, dead
letters, timers and idempotency records. They have a migration history of their own (`common/migrations`)."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import BYTEA, JSONB, UUID

from common.db import new_metadata

metadata = new_metadata()
_stamp = sa.DateTime(timezone=True)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("event_id", UUID(as_uuid=True), nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("aggregate_id", UUID(as_uuid=True), nullable=False, comment="The bus key: events of one id keep order."),
    sa.Column("version", sa.BigInteger, nullable=False, comment="The aggregate's version that this event made."),
    sa.Column("shard", sa.SmallInteger, nullable=False, comment="hash(aggregate_id): one active relay per shard."),
    sa.Column("envelope", BYTEA, nullable=False, comment="The CloudEvents JSON, byte for byte as it will be sent."),
    sa.Column("created_at", _stamp, nullable=False),
    sa.Column("published_at", _stamp, comment="Set only when the broker acknowledged."),
    sa.UniqueConstraint("aggregate_id", "version"),
    sa.Index("ix_outbox_unpublished", "id", postgresql_where=sa.text("published_at IS NULL")),
    sa.Index("ix_outbox_published_at", "published_at", postgresql_where=sa.text("published_at IS NOT NULL")),
)

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("listener", sa.Text, primary_key=True),
    sa.Column("event_id", UUID(as_uuid=True), primary_key=True),
    sa.Column("heard_at", _stamp, nullable=False, index=True),
)

parked = sa.Table(
    "parked",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True, comment="The order within a key."),
    sa.Column("listener", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("event_id", UUID(as_uuid=True), nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("envelope", BYTEA, nullable=False),
    sa.Column("attempts", sa.SmallInteger, nullable=False, comment="0 while it only waits behind an earlier event."),
    sa.Column("due_at", _stamp, nullable=False, index=True),
    sa.Column("error", sa.Text),
    sa.Column("parked_at", _stamp, nullable=False),
    sa.UniqueConstraint("listener", "event_id"),
    sa.Index("ix_parked_listener_key", "listener", "key", "id"),
)

dead_letter = sa.Table(
    "dead_letter",
    metadata,
    sa.Column("id", UUID(as_uuid=True), primary_key=True),
    sa.Column("listener", sa.Text, nullable=False, comment="Empty when the event could not even be decoded."),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("envelope", BYTEA, nullable=False, comment="The original bytes."),
    sa.Column("attempts", sa.SmallInteger, nullable=False),
    sa.Column("error", sa.Text, nullable=False),
    sa.Column("died_at", _stamp, nullable=False),
    sa.Column("settled_at", _stamp, comment="When an operator replayed or skipped it."),
    sa.Column("settled_as", sa.Text, comment="replayed or skipped"),
    sa.Column("settled_by", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Index("ix_dead_letter_open", "died_at", postgresql_where=sa.text("settled_at IS NULL")),
)

timer = sa.Table(
    "timer",
    metadata,
    sa.Column("id", UUID(as_uuid=True), primary_key=True),
    sa.Column("kind", sa.Text, nullable=False, comment="Which operation runs: the key in the service's TIMERS table."),
    sa.Column("subject_id", UUID(as_uuid=True), nullable=False),
    sa.Column("due_at", _stamp, nullable=False, comment="The instant that was promised; never moved by a retry."),
    sa.Column(
        "wake_at", _stamp, nullable=False, index=True, comment="When to try next: due_at, later after a failure."
    ),
    sa.Column("attempts", sa.SmallInteger, nullable=False, server_default="0"),
    sa.Column("error", sa.Text),
    sa.Column("payload", JSONB, nullable=False),
    sa.Column(
        "traceparent",
        sa.Text,
        nullable=False,
        server_default="",
        comment="Of the request or event that set it; its run goes on there.",
    ),
    sa.UniqueConstraint("kind", "subject_id"),
)

idempotency = sa.Table(
    "idempotency",
    metadata,
    sa.Column("caller", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("fingerprint", BYTEA, nullable=False, comment="SHA-256 of method, path and body."),
    sa.Column("status", sa.SmallInteger, nullable=False),
    sa.Column("headers", JSONB, nullable=False),
    sa.Column("body", BYTEA, nullable=False),
    sa.Column("created_at", _stamp, nullable=False, index=True),
)
