"""The table of what messages said before they were edited."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import UUID

from ticket_svc.schema import metadata

_id = UUID(as_uuid=True)

message_version = sa.Table(
    "message_version",
    metadata,
    sa.Column("message_id", _id, sa.ForeignKey("message.id"), primary_key=True),
    sa.Column("number", sa.BigInteger, primary_key=True, comment="The message's version that said this."),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("html", sa.Text),
    sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("actor_kind", sa.Text, nullable=False, comment="Who replaced it: as on the trail."),
    sa.Column("actor_id", _id),
    sa.Column("actor_name", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
)
