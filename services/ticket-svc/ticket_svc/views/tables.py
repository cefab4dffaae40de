"""The table of views."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from ticket_svc.schema import metadata

_stamp = sa.DateTime(timezone=True)

ticket_view = sa.Table(
    "ticket_view",
    metadata,
    sa.Column("id", UUID(as_uuid=True), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("owner_id", UUID(as_uuid=True), nullable=False, comment="The user or API key that made it."),
    sa.Column("owner_name", sa.Text, nullable=False),
    sa.Column("shared", sa.Text, nullable=False, comment="private, team or everyone"),
    sa.Column("team_id", UUID(as_uuid=True), sa.ForeignKey("team.id"), comment="Of one shared with a team."),
    sa.Column("conditions", JSONB, nullable=False, comment="As they were given: checked again whenever they are used."),
    sa.Column("sort", sa.Text, nullable=False),
    sa.Column("descending", sa.Boolean, nullable=False),
    sa.Column("columns", ARRAY(sa.Text), nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("created_at", _stamp, nullable=False),
    sa.Column("updated_at", _stamp, nullable=False),
    sa.Index("ix_ticket_view_of_owner", "owner_id", "name", "id"),
    sa.Index("ix_ticket_view_shared", "name", "id", postgresql_where=sa.text("shared = 'everyone'")),
    sa.Index("ix_ticket_view_of_team", "team_id", postgresql_where=sa.text("team_id IS NOT NULL")),
)
