"""The table of presence: one row for each page that somebody has open."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import UUID

from gateway.schema import metadata

_stamp = sa.DateTime(timezone=True)

# Unlogged: what is lost in a crash is said again within seconds, and a heartbeat waits for no disk. `seen_at` is in no
# index, so that a heartbeat rewrites a row in its own page and touches nothing else.
presence = sa.Table(
    "presence",
    metadata,
    sa.Column("person_id", UUID(as_uuid=True), primary_key=True),
    sa.Column("ticket_id", UUID(as_uuid=True), primary_key=True),
    sa.Column("tab", sa.Text, primary_key=True, comment="Which of the person's pages: each says when it goes."),
    sa.Column("person_name", sa.Text, nullable=False),
    sa.Column("doing", sa.Text, nullable=False, comment="viewing, noting or replying"),
    sa.Column("since", _stamp, nullable=False),
    sa.Column("seen_at", _stamp, nullable=False),
    sa.Index("ix_presence_of_ticket", "ticket_id"),
    prefixes=["UNLOGGED"],
    postgresql_with={"fillfactor": 50},
)
