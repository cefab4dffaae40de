"""The journal of merges: what is needed to undo one."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, UUID

from ticket_svc.schema import metadata

_stamp = sa.DateTime(timezone=True)
_id = UUID(as_uuid=True)

ticket_merge = sa.Table(
    "ticket_merge",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("source_id", _id, sa.ForeignKey("ticket.id"), nullable=False),
    sa.Column("target_id", _id, sa.ForeignKey("ticket.id"), nullable=False),
    sa.Column("made_at", _stamp, nullable=False),
    sa.Column("undone_at", _stamp),
    sa.Column("source_before", JSONB, nullable=False, comment="What the merge changed of the source."),
    sa.Column(
        "target_before", JSONB, nullable=False, comment="What it changed of the target: column -> [before, after]."
    ),
    sa.Column(
        "took",
        JSONB,
        nullable=False,
        server_default="{}",
        comment="What it brought: tags, followers, drafts by author.",
    ),
    sa.Index("ix_ticket_merge_standing", "target_id", postgresql_where=sa.text("undone_at IS NULL")),
    sa.Index("uq_ticket_merge_living", "source_id", unique=True, postgresql_where=sa.text("undone_at IS NULL")),
    sa.Index("ix_ticket_merge_source", "source_id"),
    sa.Index("ix_ticket_merge_target", "target_id"),
)

ticket_merge_message = sa.Table(
    "ticket_merge_message",
    metadata,
    sa.Column("merge_id", _id, sa.ForeignKey("ticket_merge.id"), primary_key=True),
    sa.Column("message_id", _id, sa.ForeignKey("message.id"), primary_key=True),
    sa.Column("was_public", sa.Boolean, nullable=False),
    sa.Index("ix_ticket_merge_message_of", "message_id"),
)
