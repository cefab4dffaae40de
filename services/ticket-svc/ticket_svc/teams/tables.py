"""The tables of teams and of who is in them."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import UUID

from ticket_svc.schema import metadata

_stamp = sa.DateTime(timezone=True)

team = sa.Table(
    "team",
    metadata,
    sa.Column("id", UUID(as_uuid=True), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("close_days", sa.SmallInteger, comment="Null: as the settings say; so for all three."),
    sa.Column("notice_days", sa.SmallInteger, comment="Before it closes; 0: no notice."),
    sa.Column("reopen_days", sa.SmallInteger, comment="0: a reply to a resolved ticket is a follow-up at once."),
    sa.Column("thanks_stay", sa.Boolean, nullable=False, comment="A reply that only says thanks reopens nothing."),
    sa.Column("active", sa.Boolean, nullable=False, comment="False: takes no more tickets."),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("updated_at", _stamp, nullable=False),
    sa.UniqueConstraint("name"),
)

member = sa.Table(
    "team_member",
    metadata,
    sa.Column("team_id", UUID(as_uuid=True), sa.ForeignKey("team.id"), primary_key=True),
    sa.Column("colleague_id", UUID(as_uuid=True), primary_key=True, comment="A user; the gateway owns them."),
    sa.Column("since", _stamp, nullable=False),
    sa.Index("ix_team_member_of", "colleague_id", "team_id"),
)
